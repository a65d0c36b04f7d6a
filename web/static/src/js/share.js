// Share hands the phone a sentence and a link; where it cannot, the link is copied. Without a script the button stays hidden.
import { announce } from "./announce.js";

async function share(button) {
  const { shareUrl, shareText, copied } = button.dataset;
  const url = new URL(shareUrl, location.href).href;
  if (navigator.share) {
    await navigator.share({ text: shareText, url }).catch(() => undefined); // the person changed her mind
    return;
  }
  await navigator.clipboard.writeText(url);
  announce(copied);
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
