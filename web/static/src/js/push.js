// Turns notices on in this browser: asks it, and hands what its push manager gives to the form, which goes the way of
// every form. Loaded only on the page of settings; without it the page says that this browser shows none.
import { announce } from "./announce.js";

const WORKER = "/push-worker.js";
const form = document.querySelector("form[data-push]");
const off = document.querySelector("form[data-push-off]");
const able = Boolean(window.PushManager && window.Notification && navigator.serviceWorker);

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const same = (left, right) => left.byteLength === right.byteLength && left.every((byte, place) => byte === right[place]);

/** What the push manager gives for our key; one for another key is given back first. */
async function subscribed(manager, key) {
  let found = await manager.getSubscription();
  const known = found?.options.applicationServerKey;
  if (found && !(known && same(new Uint8Array(known), key))) {
    await found.unsubscribe();
    found = null;
  }
  return (found ?? (await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key }))).toJSON();
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return show();
  await navigator.serviceWorker.register(WORKER);
  const { pushManager } = await navigator.serviceWorker.ready;
  const { endpoint, keys } = await subscribed(pushManager, bytes(form.dataset.push));
  Object.assign(form.elements.endpoint, { value: endpoint });
  Object.assign(form.elements.p256dh, { value: keys.p256dh });
  Object.assign(form.elements.auth, { value: keys.auth });
  form.requestSubmit();
}

/** Nothing is shown here any more, whatever still comes. */
async function turnOff() {
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}

function show() {
  const denied = able && Notification.permission === "denied";
  form.hidden = !able || denied;
  document.querySelector("[data-no-push]").hidden = able;
  document.querySelector("[data-push-denied]").hidden = !denied;
}

if (form) {
  show();
  form.addEventListener("submit", (event) => {
    if (form.elements.endpoint.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("[data-device]");
    button.disabled = true;
    turnOn()
      .catch(() => announce(form.dataset.failed))
      .finally(() => { button.disabled = false; });
  });
  // come back by the browser's own arrow: ask anew
  addEventListener("pageshow", () => { form.elements.endpoint.value = ""; });
}

if (off && able) {
  off.addEventListener("submit", (event) => {
    if (off.dataset.done) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    turnOff().catch(() => {}).finally(() => {
      off.dataset.done = "yes";
      off.requestSubmit();
    });
  });
}
