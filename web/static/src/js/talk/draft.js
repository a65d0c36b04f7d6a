// What is typed is kept by the server too, so that another device goes on from there. Two texts that part are both kept:
// the other one comes back when this one is sent (state-machines D, 15).
import { newId } from "./outbox.js";

const PAUSE = 1500;
const STALE = 5000; // nobody types on one device and then on another in less
const MOST_WAIT = 1000;

export class Draft {
  constructor(writing, behind, { api, context }) {
    Object.assign(this, { writing, behind, api });
    this.box = writing.box;
    this.path = `/me/drafts/${context}`;
    this.version = Number(this.box.dataset.draft);
    this.kept = this.box.defaultValue; // what the server knows
    this.stays = document.querySelector("[data-stays]");
    this.mine = new Set(); // ids under which this page sent
    this.knownAt = Date.now();
    if (!this.box.selectionEnd) this.box.setSelectionRange?.(this.kept.length, this.kept.length); // one goes on, not in front
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
    this.mine.add(this.id);
    if (this.stays) this.stays.hidden = true;
    this.texts += 1;
    this.version = 0;
    this.kept = "";
  }

  get id() {
    return this.#field().value;
  }

  /** Before a text is sent: the server must know whether another device went on from it. Nothing to wait for, or at most a second. */
  settled() {
    if (!this.version || this.box.value === this.kept || Date.now() - this.knownAt < STALE) return undefined;
    return Promise.race([this.save(), new Promise((done) => setTimeout(done, MOST_WAIT))]);
  }

  /** Another device sent something. What stands here goes with it only where the server, too, has it no more. */
  async sentElsewhere(id) {
    const text = this.box.value;
    if (this.mine.has(id) || (!text && this.id !== id)) return;
    const isKept = text === this.kept;
    if (this.id === id) {
      this.taken();
      this.#field().value = newId(); // under the other one this would be the same message
      if (isKept) this.kept = text;
    }
    if (isKept) {
      await this.saving;
      await this.look();
    } else this.#later();
    if (this.stays) this.stays.hidden = !text || this.box.value !== text;
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
    if (this.busy) await this.saving;
    if (this.busy || this.box.value === this.kept) return undefined;
    this.saving = this.#put(this.box.value);
    return this.saving;
  }

  async #put(body) {
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
    this.#later();
  }

  #know(draft, said) {
    this.version = draft.version;
    this.behind.hidden = draft.set_aside.length === 0;
    this.kept = draft.body;
    this.knownAt = Date.now();
    const isOther = draft.body !== said;
    if (isOther && (this.box.value !== said || draft.set_aside.includes(said))) {
      this.#field().value = newId(); // what stands here is another text than the one that is known
      return;
    }
    if (draft.client_msg_id) this.#field().value = draft.client_msg_id;
    if (!isOther) return;
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
