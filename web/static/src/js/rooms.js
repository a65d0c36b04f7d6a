// Entry of the pages that list conversations: [data-live] says what to follow and from where.
import { follow } from "./talk/follow.js";

const root = document.querySelector("[data-live]");
if (root) follow(root);

const form = document.querySelector("form[data-opening]");
if (form) import("./talk/opening.js").then(({ keepOpening }) => keepOpening(form), () => undefined); // it is kept in this tab all the same
