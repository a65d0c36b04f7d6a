// One scope of the event log, kept in order: what is old is dropped, what comes next is applied, after a gap
// things are held until what is missing was fetched (state-machines D, rule 5).
const TRY_AGAIN = 5000;

export class Scope {
  /** handlers: apply(event); renew() resolves to the number up to which everything is shown again; gone(code) */
  constructor(name, seq, handlers, ask) {
    this.name = name;
    this.seq = seq;
    this.epoch = null;
    this.handlers = handlers;
    this.ask = () => ask(this);
    this.held = new Map();
    this.renewing = false;
    this.ended = false;
  }

  /** What is asked for when catching up. */
  get place() {
    return this.epoch ? { seq: this.seq, epoch: this.epoch } : { seq: this.seq };
  }

  take(event) {
    if (this.ended || event.seq <= this.seq) return;
    this.held.set(event.seq, event);
    this.#applyInOrder();
    if (this.held.size && !this.renewing) this.ask();
  }

  /** The server's answer to `subscribe` or GET /events, which was asked for what comes after `asked`. */
  answer(part, asked = 0) {
    if (part.error) {
      this.ended = true;
      this.handlers.gone?.(part.error);
      return;
    }
    const otherLog = this.epoch && part.epoch && this.epoch !== part.epoch;
    if (part.resync || otherLog || part.head_seq < asked) {
      this.#renew(part.epoch);
      return;
    }
    this.epoch = part.epoch ?? this.epoch;
    for (const event of part.events ?? []) if (event.seq > this.seq) this.held.set(event.seq, event);
    this.#applyInOrder();
  }

  /** The server's heartbeat: finds a lost last event, which no gap would show. */
  compare(head) {
    if (head > this.seq && !this.renewing && !this.ended) this.ask();
  }

  #applyInOrder() {
    if (this.renewing) return;
    for (const seq of this.held.keys()) if (seq <= this.seq) this.held.delete(seq);
    for (let event; (event = this.held.get(this.seq + 1)); ) {
      this.held.delete(event.seq);
      this.seq = event.seq;
      this.handlers.apply(event);
    }
  }

  async #renew(epoch) {
    if (this.renewing) return;
    this.renewing = true;
    try {
      this.seq = await this.handlers.renew();
      this.epoch = epoch ?? null;
      this.renewing = false;
      this.#applyInOrder();
    } catch {
      setTimeout(() => { this.renewing = false; this.ask(); }, TRY_AGAIN);
    }
  }
}
