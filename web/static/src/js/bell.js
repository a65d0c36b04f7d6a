// The number at the bell, asked anew when somebody comes back to the page and when the live channel says that
// something is for her. The server counts; here it is only shown.
import { seldom } from "./talk/seldom.js";

export function keepBell() {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const renew = seldom(() => ask(bell), { soon: 300, pause: 3000 });
  document.addEventListener("notices", renew);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) renew(); });
}

async function ask(bell) {
  try {
    const answer = await fetch(bell.dataset.bell, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) return;
    const { unread, label } = await answer.json();
    bell.setAttribute("aria-label", label);
    bell.querySelector(".badge")?.remove();
    if (!unread) return;
    const badge = document.createElement("span");
    badge.className = "badge";
    badge.setAttribute("aria-hidden", "true");
    badge.textContent = unread < 100 ? String(unread) : "99+";
    bell.append(badge);
  } catch { /* the next look asks again */ }
}
