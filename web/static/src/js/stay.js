// Says two minutes before the session ends that it will, and lets one stay. Loaded only where that is today. The
// cursor goes to the heading and not to the button, so that nobody presses it in the middle of a word.
import { announce } from "./announce.js";

const WARNED_BEFORE = 120;
const dialog = document.getElementById("session-end");
const [before, after] = [dialog.querySelector("[data-before]"), dialog.querySelector("[data-after]")];
const form = dialog.querySelector("form");
let timers = [];

function show(part) {
  before.hidden = part !== before;
  after.hidden = part !== after;
  const title = part.querySelector("h2");
  dialog.setAttribute("aria-labelledby", title.id);
  if (!dialog.open) dialog.showModal();
  title.focus();
}

/** Another window may have stayed meanwhile: ask how long it really lasts. */
async function left() {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).left : 0;
}

function wait(seconds) {
  timers.forEach(clearTimeout);
  const soon = async () => {
    const more = await left().catch(() => WARNED_BEFORE);
    if (more > WARNED_BEFORE + 5) return wait(more);
    show(before);
  };
  const over = async () => {
    const more = await left().catch(() => 0);
    if (more > 5) return wait(more);
    show(after);
  };
  timers = [setTimeout(soon, Math.max(0, seconds - WARNED_BEFORE) * 1000), setTimeout(over, (seconds + 1) * 1000)];
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  const answer = await fetch(form.action, {
    method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)),
  });
  if (!answer.ok || answer.redirected) return show(after);
  wait((await answer.json()).left);
  dialog.close();
  announce(form.dataset.stayed);
});
for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
wait(Number(dialog.dataset.left));
