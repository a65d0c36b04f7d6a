// Files in the box: chosen, pasted or dropped, sent at once with their progress, taken away again before the message
// goes. What was not taken stays here and is sent again, under the same key, so that it never becomes two files. Comes
// with the first of them; what stands in it is written by the server, in the page's language.
import { recording } from "./recording.js";

const MOST_WAIT = 30_000;
const MOST_TRIES = 6;
const FOR_GOOD = [413, 415, 422]; // about the file itself: another try is answered in the same way

/** The patterns and sentences, once. */
async function fetchTools(composer) {
  const response = await fetch("/talk/files", { credentials: "same-origin" });
  if (!response.ok) throw new Error(String(response.status));
  const holder = document.createElement("div");
  holder.innerHTML = await response.text();
  composer.querySelector("form").before(holder);
  return holder;
}

export class Attaching {
  /** ways: csrf, network, api; key, under which the tab keeps what was sent; newId(); complain(sentence) at the box */
  static async begin(composer, ways) {
    return new Attaching(composer, ways, await fetchTools(composer));
  }

  constructor(composer, ways, holder) {
    Object.assign(this, { composer, ways, items: [] });
    this.place = holder.querySelector(".chosen");
    this.patterns = (name) => holder.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
    this.said = holder.querySelector("[data-sentences]").dataset;
    // what a form without a script brought, and what stood here before the page was loaded again
    for (const old of document.querySelectorAll("li[data-file]")) {
      this.#adopt({ id: old.dataset.file, name: old.querySelector("b").textContent });
      old.closest(".chosen").remove();
    }
    for (const file of this.#stored()) if (!this.items.some((item) => item.file?.id === file.id)) this.#adopt(file);
    addEventListener("online", () => { for (const item of this.items) if (item.why && !item.isFinal) this.#again(item); });
  }

  get busy() {
    return this.items.some((item) => item.request);
  }

  /** The sentence that keeps the message back, or nothing. */
  get hindrance() {
    if (this.busy) return this.said.onItsWay;
    const stuck = this.items.find((item) => item.why);
    return stuck?.isFinal ? this.said.refused : stuck?.why ?? "";
  }

  get files() {
    return this.items.flatMap((item) => item.file ?? []);
  }

  /** The message takes those that have arrived. */
  take() {
    const { files } = this;
    for (const item of this.items.filter((one) => one.file)) this.#drop(item);
    return files;
  }

  /** A message that was not sent gives them back. */
  restore(files) {
    for (const file of files) this.#adopt(file);
  }

  add(files) {
    this.ways.complain("");
    for (const file of files) {
      if (this.items.length >= Number(this.said.most)) return this.ways.complain(this.said.many);
      if (file.size > Number(this.said.bytes)) this.ways.complain(`${file.name}: ${this.said.large}`);
      else this.#begin(file, file.name, file.name);
    }
  }

  /** Record a voice note; it is sent when it is stopped, and listened to before the message goes. */
  record() {
    this.recorded ??= this.#record();
    return this.recorded;
  }

  async #record() {
    this.ways.complain("");
    const panel = this.patterns("recording");
    try {
      const sound = await recording(Number(this.said.seconds))(panel, () => {
        this.place.before(panel);
        this.stop = () => panel.querySelector("[data-stop]").click();
      });
      panel.remove();
      if (sound) this.#begin(sound, this.said.note, `${this.said.note}.${sound.type.includes("mp4") ? "m4a" : sound.type.includes("ogg") ? "ogg" : "webm"}`);
    } catch {
      this.ways.complain(this.said.microphone);
    }
    this.recorded = this.stop = null;
  }

  #show(name) {
    const node = this.patterns("chosen");
    const item = { node, name };
    const [remove, again] = node.querySelectorAll("button");
    node.querySelector("b").textContent = name;
    remove.addEventListener("click", () => this.#remove(item));
    remove.setAttribute("aria-label", `${remove.getAttribute("aria-label")}: ${name}`);
    again.addEventListener("click", () => { remove.focus(); item.tries = 0; this.#again(item); });
    again.setAttribute("aria-label", `${again.textContent}: ${name}`);
    this.items.push(item);
    this.place.append(node);
    this.#changed();
    node.scrollIntoView({ block: "nearest" });
    return item;
  }

  #begin(content, name, sentAs) {
    this.#send(Object.assign(this.#show(name), { content, sentAs, key: this.ways.newId(), tries: 0 }));
  }

  #send(item) {
    const form = new FormData();
    form.append("file", item.content, item.sentAs);
    const request = new XMLHttpRequest();
    item.request = request;
    request.open("POST", `/api/v1/networks/${this.ways.network}/files`);
    request.setRequestHeader("X-CSRF-Token", this.ways.csrf);
    request.setRequestHeader("Idempotency-Key", item.key);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    const bar = item.node.querySelector("progress");
    bar.value = 0;
    bar.hidden = false;
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("loadend", () => {
      item.request = null;
      bar.hidden = true;
      if (!this.items.includes(item)) return; // it was removed
      if (request.status === 201) this.#came(item, request.response);
      else this.#refused(item, request);
      this.#changed();
    });
    item.sent = new Promise((done) => request.addEventListener("loadend", done));
    request.send(form);
  }

  /** Send what is not yet taken: the file, or what is said about it. */
  #again(item) {
    if (item.request) return;
    this.#hold(item, "");
    if (item.file) this.#describe(item);
    else this.#send(item);
  }

  /** Keep the message back with a sentence, or no longer. */
  #hold(item, why) {
    clearTimeout(item.timer);
    item.why = why;
    const [error, again] = item.node.querySelectorAll(".error, [data-again]");
    error.textContent = why;
    error.hidden = !why;
    again.hidden = !why || Boolean(item.isFinal);
  }

  #came(item, file) {
    item.file = file;
    item.content = null;
    const { node } = item;
    node.querySelector("b").textContent = file.name;
    node.querySelector("[role=status]").textContent = this.#size(file.bytes);
    if (file.preview_url) {
      const small = new Image();
      small.alt = "";
      small.src = file.preview_url;
      node.querySelector("[data-sign]").replaceWith(small);
      const label = this.patterns("picture");
      item.input = label.querySelector("input");
      item.input.value = file.alt ?? "";
      // nothing that was typed is lost: it goes with the last word, before the message does
      item.input.addEventListener("change", () => this.#describe(item));
      node.append(label);
    } else if (file.seconds) {
      const player = this.patterns("listen");
      player.src = `/files/${file.id}`;
      node.append(player);
      player.scrollIntoView({ block: "nearest" });
    }
    this.#store();
  }

  // one after the other: what was typed first must not overtake what was typed last
  #describe(item) {
    const say = async () => {
      try {
        item.file = await this.ways.api("PATCH", `/files/${item.file.id}`, { alt: item.input.value });
        this.#hold(item, "");
        this.#store();
      } catch (refusal) {
        this.#hold(item, refusal.sentence || this.said.undescribed);
      }
    };
    item.described = Promise.resolve(item.described).then(say);
  }

  /** What is typed beside a picture has arrived, or holds the message back; what did not arrive is sent again. Who
      sends while she records has said what she wanted to: the note is stopped, and the message waits for it. */
  async settled() {
    if (this.stop) {
      this.stop();
      await this.recorded;
      await Promise.all(this.items.map((item) => item.sent));
    }
    for (const item of this.items) if (item.file && item.why) this.#again(item);
    document.activeElement?.closest?.(".chosen")?.querySelector("input:focus")?.blur();
    return Promise.all(this.items.map((item) => item.described));
  }

  #refused(item, request) {
    const { status, response: problem } = request;
    item.isFinal = FOR_GOOD.includes(status);
    const passes = !status || status === 429 || (status >= 500 && status !== 507);
    const isTried = passes && navigator.onLine && item.tries < MOST_TRIES;
    const otherwise = !status && (isTried || !navigator.onLine) ? this.said.lost : this.said.failed;
    this.#hold(item, Object.values(problem?.errors ?? {}).flat()[0] ?? problem?.detail ?? otherwise);
    if (!isTried) return;
    item.tries += 1;
    const wait = Number(request.getResponseHeader("Retry-After")) * 1000 || Math.min(MOST_WAIT, 1000 * 2 ** item.tries);
    item.timer = setTimeout(() => this.#again(item), wait);
  }

  #adopt(file) {
    const item = this.#show(file.name);
    item.node.querySelector("progress").hidden = true;
    this.#came(item, { bytes: 0, ...file });
    this.#changed();
  }

  #remove(item) {
    const { request, file } = item;
    this.#drop(item);
    request?.abort();
    if (file) this.ways.api("DELETE", `/files/${file.id}`).catch(() => undefined); // after a day it is gone anyway
    this.composer.querySelector("textarea")?.focus();
  }

  #drop(item) {
    clearTimeout(item.timer);
    this.items = this.items.filter((one) => one !== item);
    item.node.remove();
    this.#changed();
  }

  #changed() {
    this.place.hidden = this.items.length === 0;
    this.#store();
  }

  #size(bytes) {
    if (!bytes) return "";
    const large = bytes >= 1_048_576;
    const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: large ? 1 : 0 }).format(large ? bytes / 1_048_576 : Math.max(1, bytes / 1024));
    return (large ? this.said.mb : this.said.kb).replace("{n}", number);
  }

  #store() {
    try {
      if (this.files.length) sessionStorage.setItem(this.ways.key, JSON.stringify(this.files));
      else sessionStorage.removeItem(this.ways.key);
    } catch { /* storage is switched off: only a reload would lose it */ }
  }

  #stored() {
    try {
      return JSON.parse(sessionStorage.getItem(this.ways.key)) ?? [];
    } catch {
      return [];
    }
  }
}
