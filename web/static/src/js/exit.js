// Leaves at once: the entry of this page in the history becomes the neutral page's, so Back does not lead here.
// Without a script the same link just opens it.
for (const link of document.querySelectorAll("[data-exit]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.hidden = true; // also while the other page is on its way
    location.replace(link.href);
  });
}
