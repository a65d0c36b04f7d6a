// Suggests whom one can mean after an @: a list under the keyboard's hands, as with the popup of the combobox pattern
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Without it the name is typed in full.
const BEHIND = /(?:^|[\s(])@([\p{L}\p{N}][^@\n]{0,39}|)$/u;
const PAUSE = 150;
const SHOWN = 6; // as many as stand on a phone without scrolling; who is meant is found by typing on

export class Calling {
  constructor(box, list, { api, room }) {
    Object.assign(this, { box, list, api, room });
    this.items = [];
    this.at = 0;
    box.addEventListener("input", () => this.#look());
    box.addEventListener("keydown", (event) => this.#press(event));
    box.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault(); // the box keeps the focus, and the phone its keyboard
      this.#take([...list.children].indexOf(option));
    });
    this.#look(); // she may have begun to type while this part was on its way
  }

  close() {
    clearTimeout(this.timer);
    this.asked = undefined;
    this.list.hidden = true;
    this.items = [];
    for (const name of ["aria-autocomplete", "aria-haspopup", "aria-controls", "aria-activedescendant"]) this.box.removeAttribute(name);
  }

  #word() {
    if (this.box.selectionStart !== this.box.selectionEnd) return null;
    return BEHIND.exec(this.box.value.slice(0, this.box.selectionStart))?.[1] ?? null;
  }

  #look() {
    const word = this.#word();
    if (word === null || (this.nothing && word.startsWith(this.nothing))) return this.close();
    this.nothing = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(word), PAUSE);
  }

  async #ask(word) {
    this.asked = word;
    let found;
    try {
      found = await this.api("GET", `/rooms/${this.room}/mentionable?q=${encodeURIComponent(word)}`);
    } catch {
      return; // the name can be typed
    }
    if (this.asked !== word) return;
    if (found.items.length) return this.#show(found.items.slice(0, SHOWN));
    this.nothing = word; // nobody's name goes on like this
    this.close();
  }

  #show(items) {
    this.items = items;
    this.list.replaceChildren(...items.map((item, number) => this.#option(item, number)));
    this.list.hidden = false;
    // A box of many lines stays a text box (ARIA in HTML): what is pointed at is read out all the same.
    const attributes = { "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) this.box.setAttribute(name, value);
    this.#point(0);
  }

  #option(item, number) {
    const option = document.createElement("li");
    option.id = `calling-${number}`;
    option.role = "option";
    option.className = "menu-item";
    if (item.photo_url) {
      const face = document.createElement("img");
      Object.assign(face, { src: item.photo_url, alt: "", className: "avatar sm", width: 32, height: 32 });
      option.append(face);
    }
    const name = document.createElement("span");
    name.textContent = item.kind === "role" ? item.text : item.name;
    option.append(name);
    return option;
  }

  #point(number) {
    this.at = (number + this.items.length) % this.items.length;
    for (const [other, option] of [...this.list.children].entries()) option.setAttribute("aria-selected", String(other === this.at));
    this.box.setAttribute("aria-activedescendant", `calling-${this.at}`);
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
  }

  #press(event) {
    if (this.list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.#point(this.at + steps[event.key]);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#take(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #take(number) {
    const word = this.#word();
    const item = this.items[number];
    this.close();
    if (word === null || !item) return;
    const end = this.box.selectionStart;
    this.box.setRangeText(`${item.text} `, end - word.length - 1, end, "end");
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }
}
