// What was written and not yet taken by the server. Kept in this tab with its client_msg_id, so that a reload or a
// lost answer never makes two messages of one (state-machines D, rules 7 and 8). One is on its way at a time.
const MOST_WAIT = 30_000;

/** A UUIDv4; crypto.randomUUID is missing where the page came over plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The page's language, unless the letters belong to another alphabet. */
function writtenIn(body) {
  const letters = body.match(/\p{L}/gu)?.length ?? 0;
  const latin = body.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return 2 * latin > letters ? document.documentElement.lang : "";
}

export class Outbox {
  /** show(item) after every change of an item; sent(message, item) when the server has taken it; slowed(seconds)
      when it came before its time */
  constructor({ me, topic, line, api, show, sent, slowed }) {
    Object.assign(this, { topic, line, api, show, sent, slowed });
    this.key = `unsent:${me}:${topic}`;
    this.items = this.#restore();
    this.busy = false;
    this.tries = 0;
    addEventListener("online", () => this.#soon(0));
    line.socket.on("connect", () => this.#soon(0));
  }

  start() {
    for (const item of this.items) this.show(item);
    this.#pump();
  }

  add(body, replyTo, id, { language, translation, files } = {}) {
    const item = { id, body, replyTo, language: language || writtenIn(body), translation, files, state: "waiting", why: "" };
    this.items.push(item);
    this.#changed(item);
    this.#pump();
  }

  retry(id) {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    item.state = "waiting";
    this.tries = 0;
    this.#changed(item);
    this.#pump();
  }

  /** The event or the answer came: it stands in the log now. Returns the item, if it was ours. */
  settle(id) {
    const item = this.items.find((one) => one.id === id);
    if (item) this.items.splice(this.items.indexOf(item), 1);
    this.#store();
    return item;
  }

  async #pump() {
    const item = this.items.find((one) => one.state === "waiting");
    if (this.busy || !item) return;
    this.busy = true;
    try {
      const message = await this.#deliver(item);
      this.tries = 0;
      this.settle(item.id);
      this.sent(message, item);
    } catch (refusal) {
      this.#refused(item, refusal);
    }
    this.busy = false;
    if (!this.timer) this.#pump();
  }

  async #deliver(item) {
    if (!navigator.onLine) throw { passes: true, wait: MOST_WAIT };
    const said = { body: item.body, client_msg_id: item.id, ...(item.replyTo && { reply_to: item.replyTo }), ...(item.language && { language: item.language }), ...(item.translation && { translation: item.translation }), ...(item.files?.length && { file_ids: item.files.map((file) => file.id) }) };
    let ack;
    try {
      await this.line.connected();
      ack = await this.line.request("message.send", { topic_id: this.topic, ...said });
    } catch {
      return this.api("POST", `/topics/${this.topic}/messages`, said); // the same id: never twice
    }
    if (ack.ok) return ack.message;
    const sentence = Object.values(ack.errors ?? {}).flat()[0] ?? ack.message ?? "";
    throw { passes: ack.retryable, code: ack.code, sentence, wait: (ack.retry_after ?? 0) * 1000, status: 0 };
  }

  #refused(item, refusal) {
    const isSlow = refusal.code === "slow_mode"; // she decides whether it is still true after the pause
    const passes = !isSlow && (refusal.passes ?? refusal.status === undefined); // fetch itself failed: the line is gone
    if (isSlow) this.slowed?.(refusal.wait / 1000);
    const given = passes && navigator.onLine && this.tries >= 6;
    if (passes && !given) {
      this.tries += navigator.onLine ? 1 : 0;
      this.#soon(refusal.wait || Math.min(MOST_WAIT, 1000 * 2 ** this.tries));
    } else {
      item.state = "failed";
      item.why = refusal.sentence ?? "";
    }
    this.#changed(item);
  }

  #soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.timer = 0; this.#pump(); }, wait);
  }

  #changed(item) {
    this.#store();
    this.show(item);
  }

  #store() {
    try {
      if (this.items.length) sessionStorage.setItem(this.key, JSON.stringify(this.items));
      else sessionStorage.removeItem(this.key);
    } catch { /* storage is switched off: only a reload would lose it */ }
  }

  #restore() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }
}
