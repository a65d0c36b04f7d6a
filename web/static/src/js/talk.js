// Entry of the pages of conversations: [data-live] says what to follow and from where. Without it all works, later.
import { createApi } from "./talk/api.js";
import { Badges } from "./talk/badges.js";
import { Line } from "./talk/line.js";
import { Regions } from "./talk/regions.js";
import { LiveTopic } from "./talk/topic.js";

const root = document.querySelector("[data-live]");
if (root) follow(root);

function follow(root) {
  const { csrf, me, network, refresh } = root.dataset;
  const texts = JSON.parse(root.dataset.texts);
  const scopes = JSON.parse(root.dataset.scopes);
  const api = createApi(csrf);
  const badges = new Badges(api, network, texts.new);
  const regions = new Regions(refresh);
  let topic;
  const line = new Line(api, {
    onStop: (reason) => say(texts[reason]),
    onTyping: (said) => { if (said.topic_id === root.dataset.topic && said.user.id !== me) topic?.typing.heard(said.user); },
  });
  if (root.dataset.live === "topic") topic = new LiveTopic(root, { line, api, texts, badges });

  for (const [name, seq] of Object.entries(scopes)) {
    const isTopics = topic && name === `room:${root.dataset.room}`;
    line.follow(name, seq, {
      apply(event) {
        if (isTopics) topic.apply(event);
        if (event.type === "access.ended" && [event.entity_id, event.data.network_id].includes(network)) line.stop("ended");
        else if (event.type === "stewardship.ended") line.askAgain(); // who is a member as well may stay
        else regions.renew();
        if (event.type === "read.moved" || (event.type === "message.posted" && !isTopics)) badges.renew();
      },
      async renew() {
        if (isTopics) return topic.renew();
        const head = await headOf(name);
        await regions.now();
        badges.renew();
        return head;
      },
      gone() { if (isTopics || !topic) say(texts.ended); },
    });
  }
  topic?.start();
  if (topic) regions.renew(); // the page brings the first few of the list beside it
  line.start();

  // where a scope stands before its lists are fetched anew: what comes in between is shown twice, never lost
  async function headOf(name) {
    const past = await api("GET", `/events?scope=${encodeURIComponent(name)}&after=${Number.MAX_SAFE_INTEGER}&limit=1`);
    return past.head_seq;
  }

  function say(sentence) {
    const banner = document.querySelector("[data-stopped]");
    if (!banner) return;
    banner.hidden = false;
    banner.querySelector("[data-sentence]").textContent = sentence;
    topic?.writing.close(sentence);
  }
}
