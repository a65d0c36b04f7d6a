// The box grows with the text where the browser cannot do it alone; Ctrl+Enter sends.
const growsAlone = CSS.supports("field-sizing", "content");

function grow(box) {
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight}px`;
}

export function growComposers(root) {
  for (const box of root.querySelectorAll("textarea[data-grow]:not([data-growing])")) {
    box.dataset.growing = "";
    if (!growsAlone) {
      box.addEventListener("input", () => grow(box));
      grow(box);
    }
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        box.form?.requestSubmit();
      }
    });
  }
}
