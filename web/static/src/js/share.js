// Share hands the phone a sentence and a link; where it cannot, the link is copied; where that is refused, too, it is
// shown to be copied by hand. Comes with the first tap on something to share.
import { announce } from "./announce.js";

async function share({ shareUrl, shareText, copied }) {
  const url = new URL(shareUrl, location.href).href;
  if (navigator.share) {
    const refusal = await navigator.share({ text: shareText, url }).catch((error) => error);
    if (refusal?.name !== "NotAllowedError") return; // it is shared, or the person changed her mind
  }
  try {
    await navigator.clipboard.writeText(url);
    announce(copied);
  } catch {
    globalThis.prompt(shareText, url);
  }
}

async function copy({ copy: text, copied }) {
  await navigator.clipboard.writeText(text);
  announce(copied);
}

/** Pass on what a button holds, or the address of a link in a menu, which closes. */
export function passOn(thing) {
  if (thing.dataset.copy) return copy(thing.dataset);
  if (thing.dataset.shareUrl) return share(thing.dataset);
  const menu = thing.closest("details");
  menu.open = false;
  menu.querySelector("summary").focus();
  return share({ shareUrl: thing.href, copied: thing.closest("[data-copied]")?.dataset.copied });
}
