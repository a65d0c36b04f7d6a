// Lists come from the server as they are: the page, or its part, is fetched again and only what differs is changed,
// so that focus, open menus and the place on the screen stay. What nobody sees waits until somebody looks.
import { seldom } from "./seldom.js";

export class Regions {
  constructor(url) {
    this.url = url;
    this.isStale = false;
    this.fetchSoon = seldom(() => this.now(), { soon: 500, pause: 3000 });
    const look = () => { if (this.isStale) this.renew(); };
    document.addEventListener("visibilitychange", look);
    addEventListener("resize", look);
  }

  renew() {
    this.isStale = document.hidden || !this.#all().some((region) => region.getClientRects().length > 0);
    if (!this.isStale) this.fetchSoon();
  }

  async now() {
    const response = await fetch(this.url, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok || response.redirected) {
      this.isStale = true;
      return;
    }
    this.#swap(new DOMParser().parseFromString(await response.text(), "text/html"));
  }

  #all() {
    return [...document.querySelectorAll("[data-region]")];
  }

  #swap(fresh) {
    const focused = document.activeElement;
    for (const region of this.#all()) {
      const next = fresh.querySelector(`[data-region="${region.dataset.region}"]`);
      if (next) morphChildren(region, next);
    }
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }
}

/** What a node is about: its id, or where its link leads. */
function keyOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return null;
  return node.id || (node.nodeName === "LI" && node.querySelector("a[href]")?.getAttribute("href").replace(/(\?from=unread)?#.*/, "")) || null;
}

function morph(old, next) {
  if (old.isEqualNode(next)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = next.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  morphChildren(old, next);
}

export function morphChildren(old, next) {
  const known = new Map();
  for (const child of old.childNodes) if (keyOf(child)) known.set(keyOf(child), child);
  let place = old.firstChild;
  for (const child of [...next.childNodes]) {
    const key = keyOf(child);
    let match = key ? known.get(key) : place;
    if (!key && match && (keyOf(match) || match.nodeName !== child.nodeName)) match = null;
    if (!match) {
      old.insertBefore(document.importNode(child, true), place);
      continue;
    }
    known.delete(key);
    if (match === place) place = place.nextSibling;
    else old.insertBefore(match, place);
    morph(match, child);
  }
  while (place) {
    const rest = place.nextSibling;
    place.remove();
    place = rest;
  }
}
