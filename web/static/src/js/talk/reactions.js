// Reactions at a message: shown as the server counts them, given and taken back by one tap. Which are mine is known from
// the page and from my own events: what is told to everybody does not say it.
import { announce } from "../announce.js";

export class Reactions {
  constructor(element, { me, api, put }) {
    Object.assign(this, { me, api, put });
    element.addEventListener("submit", (event) => this.#submit(event));
    element.addEventListener("click", (event) => this.#click(event));
    element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#close(true); });
  }

  /** An event that names who reacted. */
  heard(node, { type, data }) {
    if (!node || !data.emoji) return;
    node.told = (node.told ?? 0) + 1;
    if (data.user_id === this.me) this.#mine(node)[type === "reaction.added" ? "add" : "delete"](data.emoji);
  }

  /** Bring a bubble to the reactions of the message, in the server's order. */
  show(node, message) {
    const mine = this.#mine(node);
    for (const { emoji, mine: own } of message.reactions) if (own !== undefined) mine[own ? "add" : "delete"](emoji);
    const focused = node.querySelector(".reactions :focus");
    node.querySelector(".reactions")?.remove();
    if (!message.reactions.length) return focused && this.#back(node);
    const row = document.getElementById("reactions").content.firstElementChild.cloneNode(true);
    const url = row.getAttribute("action").replace(/[^/]+(?=\/reactions$)/, message.id);
    row.setAttribute("action", url);
    row.querySelector("a")?.setAttribute("href", url);
    const ready = [...row.querySelectorAll("button")];
    for (const button of ready) button.remove();
    const buttons = message.reactions.map(({ emoji, count }) => {
      const known = ready.find((button) => button.value === emoji);
      const button = known ?? this.#plain(ready[0], emoji);
      button.setAttribute("aria-pressed", String(mine.has(emoji)));
      button.querySelector(".count").textContent = count;
      return button;
    });
    row.querySelector("input")?.after(...buttons);
    if (!row.contains(buttons[0])) row.prepend(...buttons);
    node.querySelector(".bubble").append(row);
    if (!focused) return;
    // the one that had the focus may be gone: then it is where reactions are given
    (buttons.find((button) => button.value === focused.value) ?? row.querySelector("a"))?.focus({ preventScroll: true });
  }

  #back(node) {
    node.querySelector(".byline summary")?.focus({ preventScroll: true });
  }

  #plain(pattern, emoji) {
    const button = pattern.cloneNode(false);
    button.value = emoji;
    const sign = document.createElement("span");
    sign.className = "emoji";
    sign.textContent = emoji;
    const count = document.createElement("span");
    count.className = "count";
    button.append(sign, count);
    return button;
  }

  #mine(node) {
    node.mine ??= new Set([...node.querySelectorAll('.reactions [aria-pressed="true"]')].map((button) => button.value));
    return node.mine;
  }

  #submit(event) {
    const node = event.target.closest("article[data-message]");
    if (!event.target.matches(".reactions") || !node || !event.submitter) return;
    event.preventDefault();
    this.#turn(node, event.submitter.value);
  }

  #click(event) {
    const node = event.target.closest("article[data-message]");
    const chosen = event.target.closest(".picker button");
    if (chosen && node) {
      this.#close(true);
      if (!this.#mine(node).has(chosen.value)) this.#turn(node, chosen.value);
      return;
    }
    const link = event.target.closest('a[href$="/reactions"]');
    const isOpen = node?.querySelector(".picker");
    if (event.target.closest(".picker")) return;
    this.#close(false);
    if (!link || !node || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    if (!isOpen) this.#open(node);
  }

  #open(node) {
    const picker = document.getElementById("picker").content.firstElementChild.cloneNode(true);
    const more = picker.querySelector("a");
    more.setAttribute("href", more.getAttribute("href").replace(/[^/]+(?=\/reactions$)/, node.dataset.message));
    node.querySelector(".bubble").append(picker);
    picker.scrollIntoView({ block: "nearest" });
    picker.querySelector("button").focus({ preventScroll: true });
  }

  #close(back) {
    const picker = document.querySelector(".picker");
    const node = picker?.closest("article");
    const had = picker?.contains(document.activeElement);
    picker?.remove();
    if (back && had) this.#back(node);
  }

  async #turn(node, emoji) {
    const before = node.told;
    const path = `/messages/${node.dataset.message}/reactions/${encodeURIComponent(emoji)}`;
    try {
      const message = await this.api(this.#mine(node).has(emoji) ? "DELETE" : "PUT", path);
      // an event that came meanwhile knows at least as much as this answer
      if (node.told === before) {
        if (!message.reactions.some((each) => each.emoji === emoji)) this.#mine(node).delete(emoji);
        this.put(message);
      }
    } catch (refusal) {
      announce(refusal.sentence || document.querySelector("#offline")?.textContent.trim());
    }
  }
}
