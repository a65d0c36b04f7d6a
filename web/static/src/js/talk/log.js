// The messages on the page: each in its place by seq, days between them, the view kept still while somebody reads.
const NEAR = 96;

export class Log {
  constructor(element, bubbles, { texts, locale, zone, now, jump, api }) {
    Object.assign(this, { element, bubbles, texts, jump, api });
    bubbles.log = this;
    this.end = element.querySelector("[data-end]");
    this.plurals = new Intl.PluralRules(locale);
    this.skew = new Date(now) - Date.now();
    this.dayKey = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeZone: zone });
    this.dayParts = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: zone });
    this.dayShape = texts.dayShape;
    const seqs = element.dataset.seqs.split(" ");
    this.#articles().forEach((article, number) => { article.dataset.seq = seqs[number]; });
    this.missed = 0;
    jump.querySelector("button").addEventListener("click", () => this.toEnd());
    this.follows = this.isAtEnd();
    addEventListener("scroll", () => {
      this.follows = this.isAtEnd();
      if (this.follows) this.setMissed(0);
    }, { passive: true });
    // whoever is at the end stays there when something grows: a bubble, the box, a notice over it
    const grown = new ResizeObserver(() => { if (this.follows) this.toEnd(); });
    grown.observe(element);
    grown.observe(jump.parentElement);
  }

  find(id) {
    return document.getElementById(`message-${id}`);
  }

  isAtEnd() {
    const page = document.documentElement;
    return page.scrollHeight - page.scrollTop - innerHeight < NEAR;
  }

  toEnd() {
    this.follows = true;
    scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
    this.setMissed(0);
  }

  /** Where the message is quoted, it says what it says now; nothing once it is gone. */
  requote(message) {
    const text = this.bubbles.gone(message) || this.bubbles.folded(message.author.id) || shortened(said(message));
    for (const link of this.element.querySelectorAll(".quote a")) {
      if (link.getAttribute("href").endsWith(message.id)) link.textContent = text;
    }
  }

  /** Put a message where it belongs, or renew it where it stands. The view follows only who is at the end. */
  async put(message) {
    const there = this.find(message.id);
    if (there) {
      if (Number(there.dataset.version ?? 0) <= message.version) this.bubbles.renew(there, message);
      return;
    }
    const quoted = message.reply_to ? await this.#quote(message.reply_to) : null;
    if (this.find(message.id)) return; // it came in while the quote was fetched
    const follow = this.follows;
    const node = this.bubbles.build(message, quoted);
    const later = this.#articles().find((article) => Number(article.dataset.seq) > message.seq);
    const place = later ?? this.#waiting()[0] ?? this.end;
    this.element.insertBefore(node, place);
    if (!later) this.#addDay(node);
    if (follow) this.toEnd();
    else if (!node.classList.contains("own")) this.setMissed(this.missed + 1);
  }

  /** Show the newest messages without a blank moment in between; what waits stays at the end. `more`: there are
      older ones than these. */
  async renew(messages, more) {
    const fresh = new Set(messages.map((message) => message.id));
    const oldest = messages[0]?.seq ?? 0;
    const before = this.#articles();
    const isTorn = more && before.length > 0 && Number(before.at(-1).dataset.seq) < oldest;
    for (const message of messages) {
      this.find(message.id)?.removeAttribute("data-version");
      await this.put(message);
    }
    if (isTorn) this.#leaveOut(before, oldest);
    // what the server no longer has in this span was moved or erased
    for (const article of this.#articles()) {
      if (Number(article.dataset.seq) >= oldest && !fresh.has(article.dataset.message)) article.remove();
    }
  }

  /** Somebody has no name any more: who says what as the server writes it now. */
  async rename(url) {
    const response = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const article of this.#articles()) {
      for (const part of [".byline b, .byline .who", ".avatar", "cite"]) {
        const now = fresh.getElementById(article.id)?.querySelector(part);
        if (now) article.querySelector(part)?.replaceWith(document.importNode(now, true));
      }
    }
  }

  showWaiting(item, buttons) {
    let node = document.getElementById(`waiting-${item.id}`);
    if (!node) {
      node = this.bubbles.waiting(item);
      this.element.insertBefore(node, this.end);
      this.toEnd();
    }
    const failed = item.state === "failed";
    node.classList.toggle("waiting", !failed);
    node.querySelector("[data-state]").textContent = failed ? this.texts.failed : navigator.onLine ? this.texts.waiting : this.texts.offline;
    node.querySelector("[data-failed]")?.remove();
    if (failed) node.querySelector(".bubble").append(buttons(item));
  }

  dropWaiting(id) {
    document.getElementById(`waiting-${id}`)?.remove();
  }

  /** The number of the last message whose end is on the screen. */
  lastSeen(bottom) {
    const articles = this.#articles();
    for (let number = articles.length - 1; number >= 0; number -= 1) {
      if (articles[number].getBoundingClientRect().bottom <= bottom + 4) return Number(articles[number].dataset.seq);
    }
    return 0;
  }

  // between what stood here and what came there is more: it stands behind the link to older messages
  #leaveOut(articles, oldest) {
    for (const article of articles) article.remove();
    for (const line of this.element.querySelectorAll(".unread-line, .day:has(+ .day), [data-older]")) line.remove();
    const link = document.getElementById("older").content.firstElementChild.cloneNode(true);
    const target = link.querySelector("a");
    target.setAttribute("href", target.getAttribute("href").replace("before=0", `before=${oldest}`));
    this.element.prepend(link);
  }

  #articles() {
    return [...this.element.querySelectorAll("article[data-message]")];
  }

  #waiting() {
    return [...this.element.querySelectorAll("article[data-waiting]")];
  }

  #addDay(node) {
    const at = new Date(node.querySelector("time").dateTime);
    const before = this.#articles().at(-2);
    const key = this.dayKey.format(at);
    if (before && this.dayKey.format(new Date(before.querySelector("time").dateTime)) === key) return;
    const line = document.getElementById("day-line").content.firstElementChild.cloneNode(true);
    const time = line.querySelector("time");
    time.dateTime = key;
    time.textContent = key === this.dayKey.format(Date.now() + this.skew) ? this.texts.today : this.#dayName(at);
    node.before(line);
  }

  /** As the server writes it: browsers differ in their commas. */
  #dayName(at) {
    const parts = Object.fromEntries(this.dayParts.formatToParts(at).map(({ type, value }) => [type, value]));
    return this.dayShape.replace(/{(\w+)}/g, (_, name) => parts[name]);
  }

  setMissed(number) {
    this.missed = number;
    this.jump.hidden = number === 0;
    const forms = this.texts.newMessages;
    const text = (forms[this.plurals.select(number)] ?? forms.other).replace("{n}", number);
    if (number) this.jump.querySelector("span").textContent = text;
  }

  async #quote(id) {
    const there = this.find(id);
    if (there) {
      const name = there.classList.contains("own") ? this.texts.you : there.querySelector(".byline b, .byline .who")?.textContent;
      const text = (there.querySelector(".folded summary") ?? there.querySelector(".body") ?? there.querySelector(".bubble > p"))?.textContent || there.querySelector(".files")?.dataset.said || "";
      return { name, text: shortened(text), url: `#message-${id}` };
    }
    try {
      const message = await this.api("GET", `/messages/${id}`);
      const name = message.author.id === this.bubbles.me ? this.texts.you : message.author.display_name;
      return { name, text: this.bubbles.gone(message) || this.bubbles.folded(message.author.id) || shortened(said(message)), url: `/talk/m/${id}` };
    } catch {
      return null;
    }
  }
}

function said({ html, files }) {
  return new DOMParser().parseFromString(html ?? "", "text/html").body.textContent || files?.[0]?.name || "";
}

function shortened(text) {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 119).trimEnd()}…` : line;
}
