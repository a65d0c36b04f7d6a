// What is typed is kept by the server too, so that another device goes on from there. Two texts that part are both kept:
// the other one comes back when this one is sent (state-machines D, 15).
import { newId } from "./outbox.js";

const PAUSE = 1500;

export class Draft {
  constructor(writing, behind, { api, context }) {
    Object.assign(this, { writing, behind, api });
    this.box = writing.box;
    this.path = `/me/drafts/${context}`;
    this.version = Number(this.box.dataset.draft);
    this.kept = this.box.defaultValue; // what the server knows
    this.texts = 0; // how many were sent meanwhile: an answer about an earlier one says nothing any more
    this.box.addEventListener("input", () => this.#later());
    addEventListener("pagehide", () => this.save());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.save() : this.look()));
  }

  /** What waits to be sent already stands in the log, not in the box as well. */
  start(waiting) {
    const field = this.#field();
    if (waiting.some((item) => item.id === field.value)) {
      this.kept = "";
      this.version = 0;
      this.writing.fresh();
    } else if (this.box.value !== this.kept) this.#later();
  }

  /** The text was taken for sending: with it the server's copy ends. */
  taken() {
    clearTimeout(this.timer);
    this.texts += 1;
    this.version = 0;
    this.kept = "";
  }

  /** Another device sent what was typed here. */
  sentElsewhere(id) {
    const field = this.#field();
    if (field.value !== id) return;
    const isSame = this.box.value === this.kept;
    this.taken();
    if (isSame) this.writing.fresh();
    else {
      field.value = newId();
      this.#later();
    }
  }

  /** What is typed is meant for somewhere else; what was typed there comes to the front when this is sent. */
  async moveTo(context) {
    clearTimeout(this.timer);
    const old = { path: this.path, expected_version: this.version, client_msg_id: this.#field().value };
    this.path = `/me/drafts/${context}`;
    this.taken();
    if (!this.box.value) return this.look();
    const moved = this.save();
    const { path, ...known } = old;
    if (known.expected_version) await this.api("PUT", path, { ...known, body: "", reply_to: null }).catch(() => undefined);
    return moved;
  }

  async save() {
    clearTimeout(this.timer);
    const body = this.box.value;
    if (body === this.kept) return;
    if (this.busy) {
      this.#later();
      return;
    }
    const texts = this.texts;
    this.busy = true;
    try {
      const draft = await this.api("PUT", this.path, {
        body, client_msg_id: this.#field().value, expected_version: this.version, reply_to: this.writing.answering || null,
      });
      if (texts === this.texts) this.#know(draft, body);
    } catch { /* what was typed is still in the box */ }
    this.busy = false;
    this.#later();
  }

  /** Take over what another device saved, or what comes back after a sending, while nobody types here. */
  async look() {
    if (this.busy || this.box.value !== this.kept) return;
    const texts = this.texts;
    try {
      const draft = await this.api("GET", this.path);
      if (texts === this.texts) this.#know(draft, this.kept);
    } catch { /* later */ }
  }

  #know(draft, said) {
    this.version = draft.version;
    this.behind.hidden = draft.set_aside.length === 0;
    this.kept = draft.body;
    if (draft.body === said || this.box.value !== said) return;
    if (draft.client_msg_id) this.#field().value = draft.client_msg_id;
    this.box.value = draft.body;
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #later() {
    clearTimeout(this.timer);
    if (this.box.value !== this.kept) this.timer = setTimeout(() => this.save(), PAUSE);
  }

  #field() {
    return this.writing.form.querySelector("[name=client_msg_id]");
  }
}
