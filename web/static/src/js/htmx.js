// Fetches htmx (12 kB) only on pages that ask something of it.
const ASKS = "[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-action],[hx-boost]";

export function awaitHtmx() {
  if (document.querySelector(ASKS)) loadHtmx();
}

/** Load htmx for markup that arrives later, for example through the live room. Resolves to htmx. */
export async function loadHtmx() {
  const { default: htmx } = await import("htmx.org");
  return htmx;
}
