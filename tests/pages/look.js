// What the tests of pages ask a page, in the page itself.
window.look = {
  /** The rules of WCAG that the page breaks; `only` names single rules. */
  async axe(only) {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
    const runOnly = only ? { type: "rule", values: only } : { type: "tag", values: tags };
    const found = await axe.run(document, { runOnly, resultTypes: ["violations"] });
    return found.violations.flatMap((violation) =>
      violation.nodes.map((node) => {
        const why = [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
        return `${violation.id}: ${node.html.slice(0, 160)} ${why.slice(0, 200)}`;
      }),
    );
  },

  /** What does not fit: by how much the page is too wide, and who sticks out. */
  tooWide() {
    const root = document.documentElement;
    const excess = root.scrollWidth - root.clientWidth;
    if (excess <= 0) return [];
    const who = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > root.clientWidth + 1,
    );
    return [`${excess} px too wide: ${who.slice(0, 3).map((element) => element.outerHTML.slice(0, 120))}`];
  },

  /** More than one primary button in sight. */
  primaries() {
    const shown = [...document.querySelectorAll(".button.primary")].filter((one) => one.checkVisibility());
    return shown.length > 1 ? [`${shown.length} primary buttons: ${shown.map((one) => one.innerText)}`] : [];
  },

  /** What is too small for a finger, outside of running text (WCAG 2.5.8). */
  tooSmall() {
    const named = "a, button, input:not([type=hidden]), select, textarea, summary";
    const inText = "p, li, td, dd, label, blockquote, .sr, .skip, .byline";
    return [...document.querySelectorAll(named)]
      .filter((one) => one.checkVisibility() && !one.closest(inText))
      .filter((one) => {
        const { height, width } = one.getBoundingClientRect();
        return height < 24 || width < 24;
      })
      .map((one) => `smaller than 24 px: ${one.outerHTML.slice(0, 120)}`);
  },
};
