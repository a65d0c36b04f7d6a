// Files in the box: chosen, pasted or dropped, sent at once with their progress, taken away again before the message
// goes. Comes with the first of them; what stands in it is written by the server, in the page's language.
import { recording } from "./recording.js";

const STORED = "chosen:";

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
  /** ways: csrf, network, topic, api; complain(sentence) shows a sentence at the box; changed() after every change */
  static async begin(composer, ways) {
    return new Attaching(composer, ways, await fetchTools(composer));
  }

  constructor(composer, ways, holder) {
    Object.assign(this, { composer, ways, items: [] });
    this.key = STORED + ways.topic;
    this.place = holder.querySelector(".chosen");
    this.patterns = (name) => holder.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
    this.said = holder.querySelector("[data-sentences]").dataset;
    // what a form without a script brought, and what stood here before the page was loaded again
    for (const old of document.querySelectorAll("li[data-file]")) {
      this.#adopt({ id: old.dataset.file, name: old.querySelector("b").textContent });
      old.closest(".chosen").remove();
    }
    for (const file of this.#stored()) if (!this.items.some((item) => item.file?.id === file.id)) this.#adopt(file);
  }

  get busy() {
    return this.items.some((item) => item.request);
  }

  /** The sentence that keeps the message back, or nothing. */
  get hindrance() {
    if (this.busy) return this.said.onItsWay;
    return this.items.some((item) => !item.file) ? this.said.failed : "";
  }

  get files() {
    return this.items.flatMap((item) => item.file ?? []);
  }

  /** The message takes them. */
  take() {
    const { files } = this;
    for (const item of [...this.items]) this.#drop(item);
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
      else this.#send(this.#show(file.name), file, file.name);
    }
  }

  /** Record a voice note; it is sent when it is stopped, and listened to before the message goes. */
  async record() {
    if (this.recorder) return;
    this.ways.complain("");
    try {
      this.recorder = recording(Number(this.said.seconds));
      const panel = this.patterns("recording");
      const sound = await this.recorder(panel, () => this.place.before(panel));
      panel.remove();
      if (sound) this.#send(this.#show(this.said.note), sound, `${this.said.note}.${sound.type.includes("mp4") ? "m4a" : sound.type.includes("ogg") ? "ogg" : "webm"}`);
    } catch {
      this.ways.complain(this.said.microphone);
    }
    this.recorder = null;
  }

  #show(name) {
    const node = this.patterns("chosen");
    const item = { node, name };
    node.querySelector("b").textContent = name;
    node.querySelector("button").addEventListener("click", () => this.#remove(item));
    node.querySelector("button").setAttribute("aria-label", `${node.querySelector("button").getAttribute("aria-label")}: ${name}`);
    this.items.push(item);
    this.place.append(node);
    this.#changed();
    node.scrollIntoView({ block: "nearest" });
    return item;
  }

  #send(item, content, name) {
    const form = new FormData();
    form.append("file", content, name);
    const request = new XMLHttpRequest();
    item.request = request;
    request.open("POST", `/api/v1/networks/${this.ways.network}/files`);
    request.setRequestHeader("X-CSRF-Token", this.ways.csrf);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    const bar = item.node.querySelector("progress");
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("loadend", () => {
      item.request = null;
      bar.remove();
      if (request.status === 201) this.#came(item, request.response);
      else if (this.items.includes(item)) this.#refused(item, request);
      this.#changed();
    });
    request.send(form);
  }

  #came(item, file) {
    item.file = file;
    const { node } = item;
    node.querySelector("b").textContent = file.name;
    node.querySelector("[role=status]").textContent = this.#size(file.bytes);
    if (file.preview_url) {
      const small = new Image();
      small.alt = "";
      small.src = file.preview_url;
      node.querySelector("[data-sign]").replaceWith(small);
      const label = this.patterns("picture");
      const input = label.querySelector("input");
      input.value = file.alt ?? "";
      // nothing that was typed is lost: it goes with the last word, before the message does
      input.addEventListener("change", () => {
        item.described = this.ways.api("PATCH", `/files/${file.id}`, { alt: input.value }).then((now) => { item.file = now; this.#store(); }, () => undefined);
      });
      node.append(label);
    } else if (file.seconds) {
      const player = this.patterns("listen");
      player.src = `/files/${file.id}`;
      node.append(player);
      player.scrollIntoView({ block: "nearest" });
    }
    this.#store();
  }

  /** What is typed beside a picture has arrived. */
  settled() {
    document.activeElement?.closest?.(".chosen")?.querySelector("input:focus")?.blur();
    return Promise.all(this.items.map((item) => item.described));
  }

  #refused(item, request) {
    const why = item.node.querySelector(".error");
    const problem = request.response;
    why.textContent = Object.values(problem?.errors ?? {}).flat()[0] ?? problem?.detail ?? (request.status ? this.said.failed : this.said.lost);
    why.hidden = false;
  }

  #adopt(file) {
    const item = this.#show(file.name);
    item.node.querySelector("progress").remove();
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
      if (this.files.length) sessionStorage.setItem(this.key, JSON.stringify(this.files));
      else sessionStorage.removeItem(this.key);
    } catch { /* storage is switched off: only a reload would lose it */ }
  }

  #stored() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }
}
