// Slow mode: the seconds until the next message, counted by a watch of its own, for the clocks of people are often
// wrong. The server alone decides.
export class Pace {
  constructor(place, submit, texts) {
    Object.assign(this, { place, submit, texts, closed: false });
    if (!place) return;
    this.seconds = Number(place.dataset.slow);
    this.wait(Number(place.dataset.wait));
  }

  /** A message went out. */
  start() {
    if (this.seconds) this.wait(this.seconds);
  }

  /** So many seconds lie between two messages now. */
  change(seconds) {
    if (!this.place || seconds === this.seconds) return;
    this.seconds = seconds;
    this.wait(0);
  }

  wait(seconds) {
    this.until = performance.now() + 1000 * seconds;
    clearInterval(this.timer);
    if (seconds) this.timer = setInterval(() => this.#show(), 1000);
    this.#show();
  }

  /** Whether something else keeps the box closed. */
  close(closed) {
    this.closed = closed;
    if (this.submit) this.submit.disabled = closed || this.left > 0;
  }

  get left() {
    return this.until ? Math.max(0, Math.ceil((this.until - performance.now()) / 1000)) : 0;
  }

  #show() {
    const { left } = this;
    if (!left) clearInterval(this.timer);
    this.place.hidden = !this.seconds;
    const { slow, slowWait } = this.texts;
    this.place.querySelector("span").textContent = left ? slowWait.replace("{n}", left) : slow.replace("{span}", this.#span());
    this.close(this.closed);
  }

  #span() {
    const { seconds, texts } = this;
    if (seconds < 60 || seconds % 60) return texts.spanSeconds.replace("{n}", seconds);
    return seconds < 3600 || seconds % 3600 ? texts.spanMinutes.replace("{n}", Math.floor(seconds / 60)) : texts.spanHours.replace("{n}", seconds / 3600);
  }
}
