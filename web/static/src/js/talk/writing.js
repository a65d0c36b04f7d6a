// The box at the bottom: sends without leaving the page, keeps the text whatever happens, says why it is closed.
import { newId } from "./outbox.js";
import { Pace } from "./pace.js";

const TYPING_EVERY = 10_000;

export class Writing {
  /** settled() before a text is read, maybe a promise; taking() before it is taken; send(body, replyTo, id, {language, translation, files}); preview(body) resolves to html; typing() while somebody writes */
  constructor(place, { texts, most, settled, taking, send, preview, typing }) {
    Object.assign(this, { place, texts, most, settled, taking, send, preview, typing });
    this.form = place.querySelector(".composer form");
    this.closed = place.querySelector("[data-closed]");
    if (!this.form) return;
    this.box = this.form.querySelector("textarea");
    this.submit = this.form.querySelector("button[type=submit]");
    this.previewed = place.querySelector("[data-preview]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.submitter?.name === "preview") this.#preview();
      else this.#take();
    });
    this.box.addEventListener("input", () => { this.complain(""); this.previewed.hidden = true; this.#tellTyping(); });
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
  putBack({ body, files }) {
    if (!this.form) return;
    if (files) this.attached?.restore(files);
    this.box.value = this.box.value ? `${body}\n${this.box.value}` : body;
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.box.focus();
  }

  async #take() {
    const { attached } = this;
    if (this.settling) return;
    const settled = this.settled?.();
    if (attached || settled) {
      this.settling = true;
      await Promise.all([attached?.settled(), settled]);
      this.settling = false;
      if (attached?.hindrance) return this.complain(attached.hindrance); // asked now: a file may have come meanwhile
    }
    const body = this.box.value.trim();
    const length = [...body].length;
    if (!body && !attached?.files.length) return this.complain(this.texts.empty);
    if (length > this.most) return this.complain(this.texts.long.replace("{n}", this.most));
    if (this.submit.disabled) return;
    const id = this.form.querySelector("[name=client_msg_id]").value;
    this.taking?.();
    this.fresh();
    const replyTo = this.answering;
    this.#stopAnswering();
    const { language, translation } = this.form.elements;
    this.send(body, replyTo, id, { language: language.value, translation: translation.value.trim(), files: attached?.take() });
    translation.value = "";
    this.form.querySelector("details.extras").open = false;
    this.pace.start();
  }

  /** An empty box for another text. */
  fresh() {
    this.form.querySelector("[name=client_msg_id]").value = newId();
    this.box.value = "";
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.box.dispatchEvent(new Event("typed:taken", { bubbles: true }));
  }

  async #preview() {
    const body = this.box.value.trim();
    if (!body) return this.complain(this.texts.empty);
    try {
      const { html } = await this.preview(body);
      if (this.box.value.trim() !== body) return;
      this.previewed.querySelector(".body").innerHTML = html; // made and cleaned by the server
      this.previewed.hidden = false;
    } catch (refusal) {
      this.complain(refusal.sentence ?? "");
    }
  }

  complain(sentence) {
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
