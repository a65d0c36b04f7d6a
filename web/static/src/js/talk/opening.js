// A new topic that is typed is kept by the server too, for each room, so that another device goes on from there: its
// first line is the title.
import { createApi } from "./api.js";
import { Draft } from "./draft.js";
import { newId } from "./outbox.js";

/** Title and message as the one box that a draft knows. */
class Both {
  constructor({ title, body }, version) {
    Object.assign(this, { title, body, dataset: { draft: version } });
  }

  get value() {
    return joined(this.title.value, this.body.value);
  }

  set value(text) {
    const [title, ...lines] = text.split("\n");
    this.title.value = title;
    this.body.value = lines.join("\n");
  }

  get defaultValue() {
    return joined(this.title.defaultValue, this.body.defaultValue);
  }

  addEventListener(...listening) {
    for (const field of [this.title, this.body]) field.addEventListener(...listening);
  }

  dispatchEvent(event) {
    return this.body.dispatchEvent(event);
  }
}

const joined = (title, body) => (title || body ? `${title}\n${body}` : "");

export function keepOpening(form) {
  const { opening, draft: version, csrf } = form.dataset;
  const box = new Both(form.elements, version);
  const fresh = () => { form.querySelector("[name=client_msg_id]").value = newId(); box.value = ""; };
  const api = createApi(csrf);
  const draft = new Draft({ box, form, fresh, answering: "" }, form.querySelector("[data-behind]"), { api, context: `room:${opening}` });
  draft.start([]);
  for (const room of form.querySelectorAll("input[name=room]")) room.addEventListener("change", () => draft.moveTo(`room:${room.value}`));
}
