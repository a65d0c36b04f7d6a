// Typed text outlives a reload or a broken line: <textarea data-keep="unique name of what it is for">.
// It stays in this tab only, because others may use the device, and goes when the server has taken it.
const PREFIX = "typed:";
const SENT = "sent:";

const cameBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";

function forgetSent() {
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(SENT)) continue;
    sessionStorage.removeItem(PREFIX + key.slice(SENT.length));
    sessionStorage.removeItem(key);
  }
}

export function keepTypedText() {
  try {
    if (!cameBack()) forgetSent();
    for (const box of document.querySelectorAll("[data-keep]")) {
      const kept = sessionStorage.getItem(PREFIX + box.dataset.keep);
      if (kept && !box.value) {
        box.value = kept;
        box.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  } catch {
    return; // storage is switched off: nothing is kept, nothing breaks
  }
  document.addEventListener("input", (event) => {
    const name = event.target.dataset?.keep;
    if (name) sessionStorage.setItem(PREFIX + name, event.target.value);
  });
  // the live room says so when the server has taken the text of a box
  document.addEventListener("typed:taken", (event) => sessionStorage.removeItem(PREFIX + event.target.dataset.keep));
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    for (const box of event.target.querySelectorAll("[data-keep]")) sessionStorage.setItem(SENT + box.dataset.keep, "1");
  });
}
