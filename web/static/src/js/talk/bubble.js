// Makes a message's bubble out of the page's <template> elements, which the server wrote in the page's language.
const NO_ID = /00000000-0000-0000-0000-000000000000/g;

export class Bubbles {
  constructor({ me, hosts, blocked, texts, zone, locale }) {
    Object.assign(this, { me, hosts, blocked, texts });
    this.clock = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: zone });
  }

  /** A bubble for a message as the API gives it. */
  build(message, quoted) {
    const own = message.author.id === this.me;
    const node = this.#fresh(own);
    node.id = `message-${message.id}`;
    node.dataset.message = message.id;
    node.dataset.seq = message.seq;
    for (const link of node.querySelectorAll("a[href]")) link.setAttribute("href", link.getAttribute("href").replace(NO_ID, message.id));
    for (const field of node.querySelectorAll("input[name=seq]")) field.value = message.seq;
    if (!own) {
      node.querySelector(".byline b").textContent = message.author.display_name;
      this.#setFace(node.querySelector(".avatar"), message.author);
    }
    const role = node.querySelector(".role");
    if (this.hosts[message.author.id]) role.textContent = this.hosts[message.author.id];
    else role.remove();
    const at = new Date(message.created_at);
    const time = node.querySelector("time");
    time.dateTime = message.created_at;
    time.textContent = this.clock.format(at);
    const label = own ? this.texts.moreOwn : this.texts.more.replace("{name}", message.author.display_name);
    node.querySelector("summary")?.setAttribute("aria-label", label.replace("{time}", time.textContent));
    this.#setQuote(node, quoted);
    this.renew(node, message);
    if (this.blocked.includes(message.author.id)) this.#fold(node.querySelector(".body"));
    return node;
  }

  /** What stands in the place of a message that is not shown. */
  gone(message) {
    return message.deleted_at ? this.texts.deleted : message.veiled ? this.texts.veiled : "";
  }

  /** What stands for the words of somebody whom the reader blocked. */
  folded(id) {
    return this.blocked.includes(id) ? this.texts.folded : "";
  }

  /** Bring a bubble to what the message says now. */
  renew(node, message) {
    const gone = this.gone(message);
    node.classList.toggle("gone", Boolean(gone));
    node.dataset.version = message.version;
    if (gone) {
      for (const part of node.querySelectorAll(".bubble > :not(.byline), .byline > .menu, .edited")) part.remove();
      const sentence = document.createElement("p");
      sentence.textContent = gone;
      node.querySelector(".bubble").append(sentence);
      return;
    }
    const body = node.querySelector(".body");
    if (!body) return;
    body.innerHTML = message.html; // made and cleaned by the server
    for (const own of body.querySelectorAll(`a.mention[href="/people/${this.me}"]`)) own.classList.add("me");
    if (message.language) body.lang = message.language;
    const translation = node.querySelector(".translation");
    if (message.translation && translation) translation.querySelector("span").textContent = message.translation;
    else translation?.remove();
    this.#carry(node, message);
    this.reactions?.show(node, message);
    const edited = node.querySelector(".edited");
    if (!message.edited_at) edited?.remove();
    else if (!edited) node.querySelector("time").after(this.#editedMark(message.id));
  }

  /** The files of a message, as the server writes them. */
  async #carry(node, { id, files }) {
    const there = node.querySelector(".files");
    if (there || !files?.length) return files?.length ? undefined : there?.remove();
    const response = await fetch(`/talk/m/${id}/files`, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) return;
    const html = await response.text();
    const { follows } = this.log;
    if (!node.querySelector(".files")) node.querySelector(".body")?.insertAdjacentHTML("afterend", html);
    if (follows) this.log.toEnd();
  }

  /** A bubble for something that waits: plain text, not sent yet. */
  waiting(item) {
    const node = this.#fresh(true);
    node.classList.add("waiting");
    node.removeAttribute("data-message");
    node.id = `waiting-${item.id}`;
    node.dataset.waiting = item.id;
    for (const part of node.querySelectorAll(".menu, .quote, .role, .edited, .translation, time")) part.remove();
    const state = document.createElement("span");
    state.dataset.state = "";
    node.querySelector(".byline").append(state);
    const body = node.querySelector(".body");
    const lines = [...item.body.split("\n"), ...(item.files ?? []).map((file) => file.name)];
    for (const [number, line] of lines.entries()) {
      if (number) body.append(document.createElement("br"));
      body.append(line);
    }
    return node;
  }

  #fresh(own) {
    const pattern = document.getElementById(own ? "own-bubble" : "other-bubble");
    return pattern.content.firstElementChild.cloneNode(true);
  }

  #fold(body) {
    if (!body) return;
    const folded = document.createElement("details");
    folded.className = "folded";
    const summary = document.createElement("summary");
    summary.className = "muted";
    summary.textContent = this.texts.folded;
    body.replaceWith(folded);
    folded.append(summary, body);
  }

  #setFace(face, author) {
    if (author.photo_url) {
      face.src = author.photo_url;
      return;
    }
    const initials = document.createElement("span");
    initials.className = "avatar sm initials";
    initials.setAttribute("aria-hidden", "true");
    const words = author.display_name.split(/\s+/).filter(Boolean);
    initials.textContent = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
    face.replaceWith(initials);
  }

  #setQuote(node, quoted) {
    const quote = node.querySelector(".quote");
    if (!quoted) {
      quote.remove();
      return;
    }
    quote.querySelector("cite").textContent = quoted.name;
    const link = quote.querySelector("a");
    link.textContent = quoted.text;
    link.setAttribute("href", quoted.url);
  }

  #editedMark(id) {
    const mark = document.getElementById("own-bubble").content.querySelector(".edited").cloneNode(true);
    const link = mark.querySelector("a");
    link.setAttribute("href", link.getAttribute("href").replace(NO_ID, id));
    return mark;
  }
}
