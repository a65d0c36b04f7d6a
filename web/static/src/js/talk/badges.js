// The number at the way to the conversations. The server counts; here it is only shown.
import { seldom } from "./seldom.js";

export class Badges {
  constructor(api, network, newText) {
    Object.assign(this, { api, network, newText });
    this.renew = seldom(() => this.#ask(), { soon: 300, pause: 3000 });
  }

  async #ask() {
    try {
      const view = await this.api("GET", `/networks/${this.network}/unread`);
      this.#show(view.unread);
    } catch { /* the next event asks again */ }
  }

  #show(number) {
    for (const spot of document.querySelectorAll('nav.tabs a[href="/talk"] .spot')) {
      spot.querySelector(".badge")?.remove();
      if (!number) continue;
      const badge = document.createElement("span");
      badge.className = "badge";
      const word = document.createElement("span");
      word.className = "sr";
      word.textContent = `${this.newText} `;
      badge.append(word, number < 100 ? String(number) : "99+");
      spot.append(badge);
    }
  }
}
