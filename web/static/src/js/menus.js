// Menus are <details class="menu">: a script closes them on Escape, on a tap beside them and when another opens.
const openMenus = () => document.querySelectorAll("details.menu[open]");

export function closeMenusOnEscapeAndOutside() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  // focus that leaves a menu by Tab closes it, so that it never covers what has the focus
  document.addEventListener("focusin", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
}
