// The line to the server: one socket for all scopes of the page. While it is down, HTTP brings the same events.
import { Scope } from "./scope.js";
import { Socket } from "./socket.js";

const PATIENCE = 4000; // without a socket for so long: HTTP
const POLL = 10_000;
const ANSWER = 8000;

export class Line {
  constructor(api, { onStop, onTyping } = {}) {
    this.api = api;
    this.scopes = new Map();
    this.stopped = false;
    this.onStop = onStop;
    this.socket = new Socket("/socket.io");
    this.socket.on("connect", () => this.#subscribe([...this.scopes.values()]));
    this.socket.on("event", (event) => this.scopes.get(event.scope)?.take(event));
    this.socket.on("heads", (heads) => {
      for (const [name, head] of Object.entries(heads)) this.scopes.get(name)?.compare(head);
    });
    if (onTyping) this.socket.on("typing", onTyping);
    this.socket.on("session.revoked", () => this.stop("revoked"));
    this.socket.on("connect_error", ({ code }) => { if (code === "not_signed_in") this.stop("revoked"); });
    const comeBack = () => { if (!this.stopped && navigator.onLine && !document.hidden) this.socket.connect(); };
    addEventListener("online", comeBack);
    document.addEventListener("visibilitychange", comeBack);
  }

  get isUp() {
    return this.socket.connected && navigator.onLine;
  }

  follow(name, seq, handlers) {
    this.scopes.set(name, new Scope(name, seq, handlers, (scope) => this.#ask(scope)));
  }

  start() {
    this.socket.connect();
    setInterval(() => this.#poll(), POLL);
  }

  stop(reason) {
    if (this.stopped) return;
    this.stopped = true;
    this.socket.disconnect();
    this.onStop?.(reason);
  }

  /** What may still be heard is answered; of what may not, its handlers learn that it is gone. */
  askAgain() {
    this.#subscribe([...this.scopes.values()]);
  }

  /** Resolves when the socket is there; rejects when it does not come within the patience for it. */
  async connected() {
    if (this.isUp) return;
    await new Promise((resolve, reject) => {
      const done = (settle) => () => { clearTimeout(timer); this.socket.off("connect", came); settle(new Error("no socket")); };
      const came = done(resolve);
      const timer = setTimeout(done(reject), PATIENCE);
      this.socket.on("connect", came);
    });
  }

  /** Send an event and resolve to its ack; rejects when none comes. */
  request(event, payload) {
    return this.socket.request(event, payload, ANSWER);
  }

  tell(event, payload) {
    if (this.isUp) this.socket.emit(event, payload);
  }

  #ask(scope) {
    if (scope.asking) return;
    scope.asking = true;
    // A moment later: what overtook something is often right behind it.
    setTimeout(() => { this.#subscribe([scope]).finally(() => { scope.asking = false; }); }, 150);
  }

  async #subscribe(scopes) {
    const wanted = scopes.filter((scope) => !scope.ended);
    if (!wanted.length || this.stopped) return;
    if (!this.socket.connected) return this.#fetch(wanted);
    try {
      const places = Object.fromEntries(wanted.map((scope) => [scope.name, scope.place]));
      const ack = await this.request("subscribe", { scopes: places });
      if (!ack.ok) return;
      for (const scope of wanted) if (ack.scopes[scope.name]) scope.answer(ack.scopes[scope.name]);
    } catch {
      // no answer: the next connection or the next heartbeat asks again
    }
  }

  async #poll() {
    if (this.stopped || this.isUp || !navigator.onLine || document.hidden) return;
    await this.#fetch([...this.scopes.values()].filter((scope) => !scope.ended));
  }

  async #fetch(scopes) {
    for (const scope of scopes) {
      const after = scope.seq;
      try {
        scope.answer(await this.api("GET", `/events?scope=${encodeURIComponent(scope.name)}&after=${after}&limit=200`), after);
      } catch (error) {
        if (error.status === 401) return this.stop("revoked");
        if (error.status === 404) scope.answer({ error: error.code });
        if (error.status === undefined || error.passes) return;
      }
    }
  }
}
