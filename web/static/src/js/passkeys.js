// Asks the device for a passkey and hands its answer to the form, which goes the way of every form. Loaded only on
// pages that have such a form; without it code and password remain.
import { announce } from "./announce.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** The server writes bytes as text; the device wants bytes. */
function readable(options) {
  const listed = (keys = []) => keys.map((key) => ({ ...key, id: bytes(key.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = listed(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = listed(options.allowCredentials);
  return read;
}

/** The other way: what the device gave, as the server reads it. */
function written(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  if (made.response.getTransports) response.transports = made.response.getTransports();
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

async function ask(form) {
  const answer = await fetch(form.dataset.challenge, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
  });
  if (answer.redirected) return location.assign(answer.url); // the proof is too old: show it, then come back
  if (!answer.ok) throw new Error("refused");
  const publicKey = readable(await answer.json());
  form.elements.credential.value = written(await navigator.credentials[form.dataset.passkey]({ publicKey }));
  form.requestSubmit();
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const here = !form.dataset.origin ? false : location.origin === form.dataset.origin;
  const able = Boolean(window.PublicKeyCredential && navigator.credentials);
  const otherwise = document.querySelector("[data-no-passkey]");
  const elsewhere = document.querySelector("[data-other-place]");
  form.hidden = !(able && here);
  if (otherwise) otherwise.hidden = able && Boolean(form.dataset.origin);
  if (elsewhere) elsewhere.hidden = !able || here || !form.dataset.origin;
  form.addEventListener("submit", (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("[data-device]");
    button.disabled = true;
    ask(form)
      .catch((error) => announce(error.name === "InvalidStateError" ? form.dataset.there : form.dataset.failed))
      .finally(() => { button.disabled = false; });
  });
  // come back by the browser's own arrow: ask anew
  addEventListener("pageshow", () => { form.elements.credential.value = ""; });
}
