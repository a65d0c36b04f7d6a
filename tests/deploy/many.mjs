// Many official clients behind nginx, who listen and speak while workers come and go; each keeps what it heard
// by its number, and takes it up again after a break. What comes in is JSON; what they saw goes out as JSON.
import { readFileSync } from "node:fs";
import { io } from "socket.io-client";

const asked = JSON.parse(readFileSync(0, "utf8"));
const WAYS = { polling: ["polling"], upgrade: ["polling", "websocket"], websocket: ["websocket"] };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

class Person {
  constructor(cookie, way, number) {
    Object.assign(this, { way, number, heard: [], seq: 0, breaks: 0, refused: 0, acks: [], slowest: 0 });
    const extraHeaders = { Cookie: `__Host-mentornet_session=${cookie}`, Origin: asked.origin };
    this.client = io(asked.url, {
      transports: WAYS[way], extraHeaders, reconnectionDelay: 200, reconnectionDelayMax: 1000,
    });
    this.client.on("connect", () => this.catchUp());
    this.client.on("event", (event) => this.take(event));
    this.client.on("heads", (heads) => heads[asked.scope] > this.seq && this.catchUp());
    this.client.on("disconnect", () => (this.breaks += 1));
    this.client.on("connect_error", () => (this.refused += 1));
  }

  async catchUp() {
    try {
      const answer = await this.client
        .timeout(3000)
        .emitWithAck("subscribe", { scopes: { [asked.scope]: { seq: this.seq } } });
      for (const event of answer.scopes?.[asked.scope]?.events ?? []) this.take(event);
    } catch {
      // The line broke again; connecting asks once more.
    }
  }

  take(event) {
    if (event.scope !== asked.scope || event.seq <= this.seq) return;
    if (event.seq > this.seq + 1) return void this.catchUp();
    this.seq = event.seq;
    if (event.type === "message.posted") this.heard.push(event.data.body);
  }

  async say(text) {
    const said = { topic_id: asked.topic_id, body: text, client_msg_id: text };
    const began = performance.now();
    for (;;) {
      try {
        const answer = await this.client.timeout(2000).emitWithAck("message.send", said);
        if (answer.ok) break;
      } catch {
        // Said again with the same number until somebody acknowledges it.
      }
      await pause(100);
    }
    this.slowest = Math.max(this.slowest, performance.now() - began);
    this.acks.push(text);
  }
}

const people = asked.cookies.map((cookie, number) => new Person(cookie, Object.keys(WAYS)[number % 3], number));
while (people.some((person) => !person.client.connected)) await pause(20);
await pause(1000);
const transports = people.map((person) => person.client.io.engine.transport.name);
console.log("connected");
const talkers = people.slice(0, 6);
for (let round = 0; round < asked.rounds; round += 1) {
  await Promise.all([pause(asked.every), ...talkers.map((one) => one.say(`${one.number}-${round}`))]);
  console.log("said");
}
const all = talkers.flatMap((one) => one.acks).length;
const until = performance.now() + 35_000;
while (people.some((person) => person.heard.length < all) && performance.now() < until) await pause(50);
console.log(
  JSON.stringify(
    people.map((one, at) => ({
      way: one.way, transport: transports[at], heard: one.heard.length, different: new Set(one.heard).size,
      seq: one.seq, breaks: one.breaks, acks: one.acks.length, slowest: Math.round(one.slowest),
    })),
  ),
);
process.exit(0);
