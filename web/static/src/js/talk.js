// Entry of the pages of a conversation: [data-live] says what to follow and from where. Without it all works, later.
import { follow } from "./talk/follow.js";
import { LiveTopic } from "./talk/topic.js";

const root = document.querySelector("[data-live]");
if (root?.dataset.later) import("./talk/earlier.js").then(({ earlier }) => follow(root, earlier(LiveTopic)), () => undefined); // without it the page stands still
else if (root) follow(root, LiveTopic);
