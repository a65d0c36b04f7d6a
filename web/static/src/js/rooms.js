// Entry of the pages that list conversations: [data-live] says what to follow and from where.
import { follow } from "./talk/follow.js";

const root = document.querySelector("[data-live]");
if (root) follow(root);
