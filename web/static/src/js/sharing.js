// What can be shared or copied is offered where the browser can; how it is done is fetched with the first tap. Without a
// script the buttons stay hidden: the link is that of the page, or stands on it.
export function offerSharing(root) {
  const ways = [(navigator.share || navigator.clipboard) && "[data-share-url]", navigator.clipboard && "[data-copy]"];
  for (const button of root.querySelectorAll(ways.filter(Boolean).join() || "none")) button.hidden = false;
}

export function shareOnTap() {
  document.addEventListener("click", async (event) => {
    const thing = event.target.closest("[data-share], [data-share-url], [data-copy]");
    if (!thing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      (await import("./share.js")).passOn(thing);
    } catch {
      if (thing.href) location.href = thing.href; // without a line the link is one
    }
  });
}
