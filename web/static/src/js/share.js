// Share hands the phone a sentence and a link; where it cannot, the link is copied; where that is refused, too, it is
// shown to be copied by hand. Without a script the button stays hidden: the link is that of the page, or stands on it.
import { announce } from "./announce.js";

async function share(button) {
  const { shareUrl, shareText, copied } = button.dataset;
  const url = new URL(shareUrl, location.href).href;
  if (navigator.share) {
    await navigator.share({ text: shareText, url }).catch(() => undefined); // the person changed her mind
    return;
  }
  try {
    await navigator.clipboard.writeText(url);
    announce(copied);
  } catch {
    globalThis.prompt(shareText, url);
  }
}

export function offerSharing(root) {
  if (!navigator.share && !navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-share-url][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => share(button));
  }
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      announce(button.dataset.copied);
    });
  }
}
