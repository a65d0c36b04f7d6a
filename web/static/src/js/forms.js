// A form is sent once, not at all while the line is gone, and a page with problems begins at their list.
export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!navigator.onLine || form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    if (form.method === "post" && !form.closest("[data-live]") && !form.matches("[hx-post],[hx-action]")) {
      form.setAttribute("aria-busy", "true");
    }
  });
  // coming back to the page from the browser's memory: the form may be sent again
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });
}

export function focusProblems() {
  document.getElementById("error-summary")?.focus();
}
