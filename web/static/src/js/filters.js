// A row of chips that is wider than the screen begins where one is.
export function showCurrent(root) {
  for (const row of root.querySelectorAll(".filters")) {
    const current = row.querySelector("[aria-current]")?.getBoundingClientRect();
    const room = row.getBoundingClientRect();
    if (current) row.scrollLeft += (current.left + current.right - room.left - room.right) / 2;
  }
}
