// A short sentence that is seen for a while and read out: the page holds the empty place for it.
let timer;

export function announce(text) {
  const place = document.getElementById("announcement");
  if (!place || !text) return;
  place.textContent = text;
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { place.hidden = true; place.textContent = ""; }, 6000);
}
