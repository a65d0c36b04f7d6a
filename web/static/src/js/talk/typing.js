// Who is writing right now: known for fifteen seconds, kept nowhere.
const EXPIRES = 15_000;

export class Typing {
  constructor(element, texts) {
    Object.assign(this, { element, texts });
    this.people = new Map();
  }

  heard(person) {
    clearTimeout(this.people.get(person.id)?.timer);
    const timer = setTimeout(() => this.stopped(person.id), EXPIRES);
    this.people.set(person.id, { name: person.display_name.split(" ")[0], timer });
    this.#show();
  }

  stopped(id) {
    clearTimeout(this.people.get(id)?.timer);
    if (this.people.delete(id)) this.#show();
  }

  #show() {
    const names = [...this.people.values()].map((person) => person.name);
    this.element.hidden = names.length === 0;
    const text = names.length > 1 ? this.texts.typingMany : this.texts.typing.replace("{name}", names[0] ?? "");
    this.element.querySelector("span").textContent = names.length ? text : "";
  }
}
