// Says when the line is gone and when it is back.
export function showWhenOffline() {
  const banner = document.getElementById("offline");
  if (!banner) return;
  const update = () => { banner.hidden = navigator.onLine; };
  addEventListener("online", update);
  addEventListener("offline", update);
  update();
}
