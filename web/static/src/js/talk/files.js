// Files are seldom: the part that takes them comes with the first one that is chosen, pasted, dropped or recorded.
import { newId } from "./outbox.js";

export function awaitFiles(root, writing, ways) {
  const composer = root.querySelector(".composer");
  const input = composer.querySelector("input[type=file]");
  const voice = composer.querySelector("[data-voice]");
  const key = `chosen:${ways.me}:${ways.topic}`; // whoever signs in next in this tab does not see them
  let begun;
  const begin = () => {
    begun ??= import("./attaching.js").then(({ Attaching }) => Attaching.begin(composer, { ...ways, key, newId }));
    return begun.then((made) => (writing.attached = made), () => { begun = null; });
  };
  const add = async (files) => (await begin())?.add(files);
  input.addEventListener("change", () => { add([...input.files]); input.value = ""; });
  composer.addEventListener("paste", (event) => take(event, event.clipboardData));
  for (const kind of ["dragover", "drop"]) root.addEventListener(kind, (event) => take(event, event.dataTransfer));
  voice.hidden = !(navigator.mediaDevices && window.MediaRecorder);
  voice.addEventListener("click", async () => (await begin())?.record());
  if (keeps(key) || root.querySelector("[data-file]")) begin();

  function take(event, brought) {
    const { types } = brought;
    if (!types.includes("Files") || types.includes("text/plain")) return; // a text that is copied may bring its picture
    event.preventDefault();
    if (event.type !== "dragover") add([...brought.files]);
  }
}

/** Whether the tab keeps files from before; those of a time when nobody's name stood at them go. */
function keeps(key) {
  try {
    for (const old of Object.keys(sessionStorage)) if (/^chosen:[^:]*$/.test(old)) sessionStorage.removeItem(old);
    return key in sessionStorage;
  } catch {
    return false; // storage is switched off
  }
}
