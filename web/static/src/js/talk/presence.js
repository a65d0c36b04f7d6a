// Who is here now besides oneself: told each minute, forgotten after two minutes and a bit, kept nowhere.
const EVERY = 60_000;
const FORGOTTEN = 140_000;

export class Presence {
  constructor(place, { me, network, line, texts, locale }) {
    Object.assign(this, { place, me, line, texts, plurals: new Intl.PluralRules(locale), seen: new Map(), scope: `network:${network}` });
    this.tell = () => line.tell("presence", { state: document.hidden ? "idle" : "active" });
    document.addEventListener("visibilitychange", this.tell);
    line.socket.on("connect", () => setTimeout(this.tell, 1000)); // once the line listens
    line.socket.on("presence", (said) => this.#heard(said));
    setInterval(this.tell, EVERY);
    setInterval(() => this.#show(), EVERY / 3);
  }

  #heard({ scope, user_id: person, state }) {
    if (scope !== this.scope || person === this.me) return;
    if (!this.seen.has(person) && state === "active") setTimeout(this.tell, 5000 * Math.random()); // she does not know of us yet
    if (state === "active") this.seen.set(person, performance.now());
    else this.seen.delete(person);
    this.#show();
  }

  #show() {
    for (const [person, at] of this.seen) if (performance.now() - at > FORGOTTEN) this.seen.delete(person);
    const number = this.seen.size;
    const forms = this.texts.hereNow;
    this.place.textContent = number ? ` · ${(forms[this.plurals.select(number)] ?? forms.other).replace("{n}", number)}` : "";
  }
}
