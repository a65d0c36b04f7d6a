// A part of a topic that does not end with its newest messages: what is seen of it is alive, what comes behind it is
// counted, and who reads on gets there without leaving the page. It comes only with such a page.
const AT_ONCE = 50;
const MOST = 200;
const SETTLED = 1000;

/** LiveTopic as it is until the newest message is shown; from then on it is LiveTopic itself. */
export const earlier = (LiveTopic) => class extends LiveTopic {
  constructor(root, ways) {
    super(root, ways);
    Object.assign(this, { later: Number(root.dataset.later), newer: root.querySelector("[data-newer]"), isNewest: false });
    const { log } = this;
    // The end of the page is not the end of the topic: nothing follows there, and the way down leads on.
    Object.assign(log, { follows: false, isAtEnd: () => false, setMissed: () => undefined, toEnd: () => this.#toNewest() });
    this.watch = new IntersectionObserver(([at]) => { if (at.isIntersecting) this.#readOn(); }, { rootMargin: "200px" });
  }

  start() {
    const { toEnd } = this.log;
    this.log.toEnd = () => undefined; // one is where the link led
    super.start();
    this.log.toEnd = toEnd;
    this.#tell();
    this.watch.observe(this.newer);
  }

  apply(event) {
    // in another room it has other numbers: those of this address say nothing there
    if (!this.isNewest && event.type === "topic.moved" && event.entity_id === this.topic) location.assign(location.pathname);
    else super.apply(event);
  }

  put(message, options = {}) {
    if (this.isNewest || options.onlyKnown) return super.put(message, options);
    return this.inTurn(async () => {
      if (this.isNewest) await this.log.put(message); // what came before it was just fetched
      else if (!this.log.find(message.id)) this.#tell(this.later + 1);
      this.reading.look();
    });
  }

  /** Fetch anew what is shown, and count what is behind it. */
  async renew() {
    if (this.isNewest) return super.renew();
    return this.inTurn(async () => {
      const [first, last] = this.#span();
      const items = [];
      let asOf;
      for (let after = first - 1; after < last; ) {
        const list = await this.#after(after, MOST);
        asOf ??= list.as_of_seq;
        items.push(...list.items.filter((message) => message.seq <= last));
        after = list.next ? list.items.at(-1).seq : last;
      }
      const [topic, room, behind] = await Promise.all([
        this.api("GET", `/topics/${this.topic}`), this.api("GET", `/rooms/${this.room}`), this.#after(last, MOST),
      ]);
      await this.log.renew(items, false);
      this.setState({ topicState: topic.state, roomState: room.state, title: topic.title });
      if (behind.items.length) this.#tell(behind.items.length);
      else this.#end();
      return asOf;
    });
  }

  #after(seq, limit) {
    return this.api("GET", `/topics/${this.topic}/messages?after=${seq}&limit=${limit}`);
  }

  #span() {
    const seqs = [...this.log.element.querySelectorAll("article[data-seq]")].map((article) => Number(article.dataset.seq));
    return [Math.min(...seqs), Math.max(...seqs)];
  }

  /** The next messages, in their place below these. */
  #readOn() {
    this.onward ??= this.inTurn(async () => {
      if (this.isNewest) return;
      const list = await this.#after(this.#span()[1], AT_ONCE);
      this.#quietly();
      for (const message of list.items) await this.log.put(message);
      if (list.next) this.#tell(Math.max(1, this.later - list.items.length));
      else this.#end();
      this.reading.look();
    }).catch(() => undefined).then(() => { // without a line the link still leads there
      this.onward = undefined;
      if (this.isNewest) return;
      this.watch.unobserve(this.newer); // where it is still in sight, it is told again
      setTimeout(() => this.watch.observe(this.newer), AT_ONCE);
    });
  }

  /** At once to the newest messages; what lies between is left out. */
  #toNewest() {
    return this.inTurn(async () => {
      if (this.isNewest) return;
      this.#quietly();
      await super.renew();
      this.#end();
      this.log.toEnd();
    }).catch(() => undefined);
  }

  // many at once are no news that is read out
  #quietly() {
    const { element } = this.log;
    element.setAttribute("aria-live", "off");
    setTimeout(() => element.removeAttribute("aria-live"), SETTLED);
  }

  #tell(number = this.later) {
    this.later = number;
    const forms = this.texts.later;
    const text = (forms[this.log.plurals.select(number)] ?? forms.other).replace("{n}", number);
    const link = this.newer.querySelector("a");
    link.textContent = text;
    link.setAttribute("href", `${location.pathname}?after=${this.#span()[1]}`);
    this.log.jump.hidden = false;
    this.log.jump.querySelector("span").textContent = text;
  }

  #end() {
    this.isNewest = true;
    this.watch.disconnect();
    this.newer.remove();
    for (const name of ["isAtEnd", "setMissed", "toEnd"]) delete this.log[name];
    this.log.setMissed(0);
  }
};
