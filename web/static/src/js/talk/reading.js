// Marks as read what was really on the screen: never what nobody looked at, never backwards.
import { seldom } from "./seldom.js";

export class Reading {
  constructor(log, composer, { topic, room, api, marked, onMarked }) {
    Object.assign(this, { log, composer, topic, room, api, marked, onMarked });
    this.look = seldom(() => this.#mark(), { soon: 300, pause: 1500 });
    addEventListener("scroll", this.look, { passive: true });
    addEventListener("resize", this.look);
    document.addEventListener("visibilitychange", this.look);
    // Who leaves at once has seen it all the same: the last look is not lost with the page.
    addEventListener("pagehide", () => void this.#mark());
  }

  async #mark() {
    if (document.visibilityState !== "visible" || !navigator.onLine) return;
    const seq = this.log.lastSeen(this.composer.getBoundingClientRect().top);
    if (seq <= this.marked) return;
    const before = this.marked;
    this.marked = seq;
    try {
      await this.api("PUT", `/topics/${this.topic}/read`, { seq, room_id: this.room });
      this.onMarked?.();
    } catch {
      this.marked = Math.min(this.marked, before); // the next look tries again
    }
  }
}
