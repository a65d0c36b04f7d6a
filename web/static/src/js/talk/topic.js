// A topic that is alive: what others say appears, what is written leaves, what was read is marked.
import { Bubbles } from "./bubble.js";
import { Draft } from "./draft.js";
import { awaitFiles } from "./files.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { Reactions } from "./reactions.js";
import { Presence } from "./presence.js";
import { Reading } from "./reading.js";
import { Typing } from "./typing.js";
import { Writing } from "./writing.js";

export class LiveTopic {
  constructor(root, { line, api, texts, badges }) {
    const { topic, room, me, zone, locale, now, hosts, blocked, most, marked } = root.dataset;
    Object.assign(this, { root, line, api, texts, badges, topic, room, me });
    const bubbles = new Bubbles({ me, hosts: JSON.parse(hosts), blocked: JSON.parse(blocked), texts, zone, locale });
    const element = root.querySelector("[role=log]");
    this.log = new Log(element, bubbles, { texts, locale, zone, now, api, jump: root.querySelector("[data-jump]") });
    bubbles.reactions = this.reactions = new Reactions(element, { me, api, put: (message) => this.put(message, { onlyKnown: true }) });
    this.typing = new Typing(root.querySelector("[data-typing]"), texts);
    if (root.dataset.tellsPresence) new Presence(document.querySelector("[data-here]"), { me, network: root.dataset.network, line, texts, locale });
    this.writing = new Writing(root, {
      texts, most: Number(most),
      settled: () => this.draft.settled(),
      taking: () => this.draft.taken(),
      send: (body, replyTo, id, more) => this.outbox.add(body, replyTo, id, more),
      preview: (body) => api("POST", `/topics/${topic}/previews`, { body }),
      typing: () => { if (root.dataset.tellsTyping) line.tell("typing", { topic_id: topic }); },
    });
    this.outbox = new Outbox({
      me, topic, line, api,
      show: (item) => this.log.showWaiting(item, (one) => this.#failure(one)),
      sent: (message, item) => { this.log.dropWaiting(item.id); this.draft?.look(); return this.put(message); },
      slowed: (seconds) => this.writing.pace?.wait(seconds),
    });
    if (this.writing.form) this.draft = new Draft(this.writing, root.querySelector("[data-behind]"), { api, context: `topic:${topic}` });
    if (this.writing.form) this.#suggestNames({ api, room });
    if (this.writing.form) awaitFiles(root, this.writing, { api, me, topic, network: root.dataset.network, csrf: root.dataset.csrf, complain: (sentence) => this.writing.complain(sentence) });
    const composer = root.querySelector(".composer") ?? root.querySelector("[data-end]");
    this.reading = new Reading(this.log, composer, { topic, room, api, marked: Number(marked), onMarked: () => badges.renew() });
    element.addEventListener("click", (event) => this.#answer(event));
  }

  start() {
    for (const form of this.root.querySelectorAll("[data-mark-read]")) form.hidden = true; // reading marks
    this.#hideWayToUnread();
    this.draft?.start(this.outbox.items);
    this.outbox.start();
    if (!location.hash) {
      const unread = document.getElementById("unread");
      if (unread) unread.scrollIntoView({ block: "start", behavior: "instant" });
      else this.log.toEnd();
    }
    this.reading.look();
  }

  /** Who only reads needs no names suggested: the part that does comes with the first touch of the box. */
  #suggestNames(ways) {
    const { box } = this.writing;
    const begin = async () => {
      try {
        const { Calling } = await import("./calling.js");
        new Calling(box, this.root.querySelector("#calling"), ways);
      } catch { /* without a line the name is typed in full */ }
    };
    if (document.activeElement === box) begin();
    else box.addEventListener("focus", begin, { once: true });
  }

  /** An event of the room. */
  apply(event) {
    const { data, type } = event;
    if (type === "topic.changed" && event.entity_id === this.topic) this.setState({ topicState: data.state, title: data.title });
    if (type === "topic.moved" && event.entity_id === this.topic) return location.reload(); // other numbers, another scope
    if (type === "room.changed") {
      this.setState({ roomState: data.state });
      this.writing.pace?.change(data.slow_mode_seconds);
    }
    if (type === "user.erased") this.log.rename(location.href);
    if (data.topic_id !== this.topic) return;
    if (type === "message.posted") this.#posted(data);
    else if (type.startsWith("message.") || type.startsWith("reaction.")) {
      this.reactions.heard(this.log.find(data.id), event);
      this.put(data, { onlyKnown: true });
      this.last.then(() => this.log.requote(data));
    }
  }

  /** Fetch everything anew; resolves to the number up to which it is shown. */
  async renew() {
    const [list, topic, room] = await Promise.all([
      this.api("GET", `/topics/${this.topic}/messages`), this.api("GET", `/topics/${this.topic}`), this.api("GET", `/rooms/${this.room}`),
    ]);
    for (const { client_msg_id: id } of list.items) {
      if (this.outbox.settle(id)) this.log.dropWaiting(id);
      if (id && id === this.draft?.id) this.draft.sentElsewhere(id);
    }
    await this.log.renew(list.items.reverse(), list.next !== null);
    this.setState({ topicState: topic.state, roomState: room.state, title: topic.title });
    this.reading.look();
    return list.as_of_seq;
  }

  async #posted(message) {
    this.typing.stopped(message.author.id);
    const own = message.author.id === this.me;
    if (own && this.outbox.settle(message.client_msg_id)) this.log.dropWaiting(message.client_msg_id);
    if (own) this.draft?.sentElsewhere(message.client_msg_id);
    await this.put(message);
    if (!own) this.badges.renew();
  }

  // one after the other: a message that waits for its quote must not be overtaken, not by its own change either
  put(message, { onlyKnown = false } = {}) {
    return this.inTurn(async () => {
      if (!onlyKnown || this.log.find(message.id)) await this.log.put(message);
      this.reading.look();
    });
  }

  inTurn(act) {
    this.last = (this.last ?? Promise.resolve()).catch(() => undefined).then(act);
    return this.last;
  }

  // whoever sees where the new begins needs no way there
  #hideWayToUnread() {
    const line = document.getElementById("unread");
    const way = this.root.querySelector("[data-to-unread]");
    if (line && way) new IntersectionObserver(([at], self) => { if (at.isIntersecting) { way.remove(); self.disconnect(); } }).observe(line);
  }

  setState({ topicState, roomState, title }) {
    const data = this.root.dataset;
    const before = this.#closedBy();
    if (topicState) data.topicState = topicState;
    if (roomState) data.roomState = roomState;
    if (title) {
      document.querySelector(".bar-title h1").textContent = title;
      document.title = document.title.replace(/^.*(?= – )/, () => title);
    }
    this.writing.close(this.#closedBy());
    if (before && !this.#closedBy() && !this.writing.form) location.reload(); // the page came without a box
  }

  #closedBy() {
    const { roomState, topicState } = this.root.dataset;
    if (roomState !== "open") return this.texts.room_locked;
    return topicState === "locked" ? this.texts.topic_locked : "";
  }

  #answer(event) {
    const link = event.target.closest('a[href*="answer="]');
    const article = link?.closest("article[data-message]");
    if (!article) return;
    const own = article.classList.contains("own");
    const name = own ? this.texts.yourself : article.querySelector(".byline b, .byline .who").textContent;
    if (!this.writing.answer(article.dataset.message, name)) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
  }

  #failure(item) {
    const node = document.getElementById("failed").content.firstElementChild.cloneNode(true);
    if (item.why) node.querySelector("[data-why]").textContent = item.why;
    node.querySelector("[data-again]").addEventListener("click", () => this.outbox.retry(item.id));
    node.querySelector("[data-back]").addEventListener("click", () => {
      this.outbox.settle(item.id);
      this.log.dropWaiting(item.id);
      this.writing.putBack(item);
    });
    return node;
  }
}
