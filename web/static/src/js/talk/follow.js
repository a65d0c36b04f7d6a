// Follows the scopes of a page, and renews what lists it shows.
import { createApi } from "./api.js";
import { Badges } from "./badges.js";
import { Line } from "./line.js";
import { Regions } from "./regions.js";

const NOTICES = new Set(["notice.added", "notices.read", "read.moved"]);

/** Follow what `root` says; `LiveTopic` is the part that only a page with one conversation loads. */
export function follow(root, LiveTopic) {
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
  if (LiveTopic) topic = new LiveTopic(root, { line, api, texts, badges });

  for (const [name, seq] of Object.entries(scopes)) {
    const isTopics = topic && name === `room:${root.dataset.room}`;
    line.follow(name, seq, {
      apply(event) {
        if (isTopics) topic.apply(event);
        if (event.type === "access.ended" && [event.entity_id, event.data.network_id].includes(network)) line.stop("ended");
        else if (event.type === "access.ended" && event.entity_id === root.dataset.room) say(texts.ended);
        else if (event.type === "stewardship.ended") line.askAgain(); // who is a member as well may stay
        else if (!topic || !event.type.startsWith("reaction.")) regions.renew(); // no list beside a topic shows reactions
        if (event.type === "user.changed") topic?.log.rename(location.href);
        if (["read.moved", "level.chosen", "message.deleted"].includes(event.type) || (event.type === "message.posted" && !isTopics)) badges.renew();
        if (NOTICES.has(event.type)) document.dispatchEvent(new Event("notices"));
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
