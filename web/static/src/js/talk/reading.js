// Marks as read what was really on the screen: never what nobody looked at, never backwards.
export class Reading {
  constructor(log, composer, { topic, api, marked, onMarked }) {
    Object.assign(this, { log, composer, topic, api, marked, onMarked });
    const look = () => this.look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    document.addEventListener("visibilitychange", look);
  }

  look() {
    if (this.timer || document.visibilityState !== "visible") return;
    this.timer = setTimeout(() => { this.timer = 0; this.#mark(); }, 300);
  }

  async #mark() {
    if (document.visibilityState !== "visible" || !navigator.onLine) return;
    const seq = this.log.lastSeen(this.composer.getBoundingClientRect().top);
    if (seq <= this.marked) return;
    const before = this.marked;
    this.marked = seq;
    try {
      await this.api("PUT", `/topics/${this.topic}/read`, { seq });
      this.onMarked?.();
    } catch {
      this.marked = Math.min(this.marked, before); // the next look tries again
    }
  }
}
