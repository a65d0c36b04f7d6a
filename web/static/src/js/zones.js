// Chooses the device's own time zone where the page only guessed one by the country.
export function chooseTimeZone() {
  const select = document.querySelector("select[data-guess-zone]");
  if (!select) return;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const option = [...select.options].find(({ value }) => value === own) ?? [...select.options].find(({ value }) => isSame(value, own));
  if (!option) return;
  option.selected = true;
  const shown = document.querySelector("[data-zone-name]");
  if (shown) shown.textContent = option.text.split(" · ")[0];
}

/** The same zone under an older or newer name, as Europe/Kiev and Europe/Kyiv. */
function isSame(zone, own) {
  try {
    return Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone === own;
  } catch {
    return false;
  }
}
