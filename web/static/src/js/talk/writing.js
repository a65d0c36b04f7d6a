// The box at the bottom: sends without leaving the page, keeps the text whatever happens, says why it is closed.
import { newId } from "./outbox.js";
import { Pace } from "./pace.js";

const TYPING_EVERY = 10_000;

export class Writing {
  /** send(body, replyTo, id); typing() while somebody writes */
  constructor(place, { texts, most, send, typing }) {
    Object.assign(this, { place, texts, most, send, typing });
    this.form = place.querySelector(".composer form");
    this.closed = place.querySelector("[data-closed]");
    if (!this.form) return;
    this.box = this.form.querySelector("textarea");
    this.submit = this.form.querySelector("button[type=submit]");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#take(); });
    this.box.addEventListener("input", () => { this.#complain(""); this.#tellTyping(); });
    this.answering = this.form.querySelector("[name=reply_to]")?.value ?? "";
    this.pace = new Pace(place.querySelector("[data-slow]"), this.submit, texts);
  }

  /** Answer a message: the name stands over the box until it is sent or given up. */
  answer(id, name) {
    if (!this.form) return false;
    this.#stopAnswering();
    const line = document.getElementById("answering").content.firstElementChild.cloneNode(true);
    line.querySelector(".grow").textContent = this.texts.answering.replace("{name}", name);
    line.querySelector("a").addEventListener("click", (event) => { event.preventDefault(); this.#stopAnswering(); this.box.focus(); });
    this.form.before(line);
    this.answering = id;
    this.box.focus();
    return true;
  }

  /** Close the box with a sentence, or open it again; what was typed stays. */
  close(sentence) {
    if (!this.form || !this.closed) return;
    this.closed.hidden = !sentence;
    this.closed.querySelector("span").textContent = sentence;
    this.pace.close(Boolean(sentence));
  }

  /** Put a text back that was not sent. */
  putBack(body) {
    if (!this.form) return;
    this.box.value = this.box.value ? `${body}\n${this.box.value}` : body;
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.box.focus();
  }

  #take() {
    const body = this.box.value.trim();
    const length = [...body].length;
    if (!body) return this.#complain(this.texts.empty);
    if (length > this.most) return this.#complain(this.texts.long.replace("{n}", this.most));
    if (this.submit.disabled) return;
    const field = this.form.querySelector("[name=client_msg_id]");
    const id = field.value;
    field.value = newId();
    this.box.value = "";
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.box.dispatchEvent(new Event("typed:taken", { bubbles: true }));
    const replyTo = this.answering;
    this.#stopAnswering();
    this.send(body, replyTo, id);
    this.pace.start();
  }

  #complain(sentence) {
    const place = this.place.querySelector("#composer-error");
    place.hidden = !sentence;
    place.querySelector("span").textContent = sentence;
    if (sentence) this.box.setAttribute("aria-invalid", "true");
    else this.box.removeAttribute("aria-invalid");
  }

  #tellTyping() {
    if (!this.box.value || Date.now() - (this.toldAt ?? -Infinity) < TYPING_EVERY) return;
    this.toldAt = Date.now();
    this.typing();
  }

  #stopAnswering() {
    this.answering = "";
    this.form.querySelector("[name=reply_to]")?.remove();
    this.place.querySelector(".answering")?.remove();
  }
}
