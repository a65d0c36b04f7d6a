// Many readers on bare sockets, of whom one speaks: so little is done for each delivery that it is the
// server's speed that is measured. Of a task with `probes` only so many readers look at once, and the others when
// those have heard: how long a message is under way is then not how long we take to read it 500 times. The first line that comes in is JSON: where, how many, and the packets to
// send; each further line is one task ({messages, ahead} or {messages, rate}), answered by one line.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { createInterface } from "node:readline";

const AT_ONCE = 20; // connections that are being opened
const BUFFER = Buffer.alloc(65536); // of all of them: each looks at what came at once
const MARK = ";"; // around the moment at which a message was sent, in its text
let place;
let task = null;
const readers = [];

const now = () => performance.now();
const tell = (what) => console.log(JSON.stringify(what));

function masked(text) {
  const content = Buffer.from(text);
  const head = content.length < 126 ? Buffer.from([0x81, 0x80 | content.length, 0, 0, 0, 0]) : Buffer.alloc(8);
  if (content.length >= 126) {
    head[0] = 0x81;
    head[1] = 0x80 | 126;
    head.writeUInt16BE(content.length, 2);
  }
  return Buffer.concat([head, content]); // the mask is zero
}

class Reader {
  constructor(opened) {
    const ports = place.ports ?? [place.port]; // in turn
    this.opened = opened;
    this.left = null;
    this.isOpen = false;
    const onread = { buffer: BUFFER, callback: (length, buffer) => this.take(buffer.subarray(0, length)) };
    this.line = connect({ port: ports[readers.length % ports.length], host: "127.0.0.1", onread }, () => this.ask());
    this.line.setNoDelay(true);
    this.line.on("error", () => {});
    this.line.on("close", () => fail("a line was closed"));
  }

  ask() {
    const more = Object.entries(place.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.line.write(
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n" +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n${more.join("")}` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
  }

  send(packet) {
    this.line.write(masked(packet));
  }

  take(data) {
    if (this.left) data = Buffer.concat([this.left, data]);
    this.left = null;
    let at = 0;
    if (!this.isOpen) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) {
        this.left = Buffer.from(data);
        return;
      }
      if (!data.toString("latin1", 0, end).startsWith("HTTP/1.1 101")) fail(data.toString());
      this.isOpen = true;
      at = end + 4;
    }
    while (data.length - at >= 2) {
      let length = data[at + 1] & 127;
      let head = 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = data.readUInt16BE(at + 2);
        head = 4;
      } else if (length === 127) {
        if (data.length - at < 10) break;
        length = Number(data.readBigUInt64BE(at + 2));
        head = 10;
      }
      if (data.length - at < head + length) break;
      this.hear(data, at + head, at + head + length);
      at += head + length;
    }
    if (at < data.length) this.left = Buffer.from(data.subarray(at));
  }

  hear(data, from, to) {
    const kind = data[from];
    if (kind === 0x32) return this.send("3"); // asked whether we are still there
    if (kind === 0x30) return this.send("40");
    const what = data[from + 1];
    if (what === 0x32) return delivered(this, data, from, to);
    if (what === 0x30) return this.send(place.join);
    if (what !== 0x33) return fail(data.toString("utf8", from, to));
    if (this.opened === null) return acknowledged(data, from, to);
    const opened = this.opened;
    this.opened = null;
    return opened();
  }
}

function fail(why) {
  tell({ failed: why });
  process.exit(1);
}

function moment(data, from, to) {
  const start = data.indexOf(MARK, from);
  return start < 0 || start > to ? null : Number(data.toString("latin1", start + 1, data.indexOf(MARK, start + 1)));
}

function delivered(reader, data, from, to) {
  const sent = task && moment(data, from, to);
  if (sent === null) return;
  task.heard += 1;
  if (!task.probes || reader.isProbe) {
    const delay = now() - sent;
    task.delays.push(delay);
    task.last.set(sent, delay); // that of the last one who hears stays
    if (task.probes && task.delays.length % task.probes === 0) readers.forEach((each) => each.line.resume());
  }
  if (task.heard % readers.length === 0) {
    task.done += 1;
    if (!task.rate) go();
  }
  finishIfDone();
}

function acknowledged(data, from, to) {
  if (place.refused && data.indexOf(place.refused, from) >= 0) fail(data.toString("utf8", from, to));
  const sent = task && moment(data, from, to);
  if (sent !== null) task.acks.push(now() - sent);
  if (place.unheard && task && !task.rate) {
    task.done += 1;
    go();
  }
  finishIfDone();
}

function finishIfDone() {
  const all = place.unheard ? 0 : task.messages * readers.length;
  if (task.heard < all || (place.acknowledged && task.acks.length < task.messages)) return;
  const seconds = (now() - task.began) / 1000;
  const { delays, acks, heard } = task;
  const last = [...task.last.values()];
  task = null;
  tell({ seconds, deliveries: heard, ...shares("delivery", delays), ...shares("last", last), ...shares("ack", acks) });
}

function shares(name, values) {
  values.sort((a, b) => a - b);
  const share = (part) => values[Math.min(values.length - 1, Math.floor(part * values.length))] ?? 0;
  return { [`${name}_p5`]: share(0.05), [`${name}_p50`]: share(0.5), [`${name}_p95`]: share(0.95), [`${name}_p99`]: share(0.99) };
}

function say() {
  task.sent += 1;
  if (task.probes) readers.forEach((each) => each.isProbe || each.line.pause());
  const text = place.say.replaceAll("NUMBER", `${task.begun}-${task.sent}`).replace("MOMENT", `${MARK}${now()}${MARK}`);
  readers[task.sent % (place.ports?.length ?? 1)].send(text);
}

function go() {
  while (task.sent < task.messages && task.sent - task.done < task.ahead) say();
}

function pace() {
  // The first one waits its turn as well: the last of a task before may have been said a moment ago.
  while (task && task.sent < task.messages && (now() - task.began) * task.rate >= (task.sent + 1) * 1000) say();
  if (task && task.sent < task.messages) setTimeout(pace, 1);
}

function begin(line) {
  task = { done: 0, sent: 0, heard: 0, delays: [], acks: [], last: new Map(), began: now(), begun: Date.now(), ...JSON.parse(line) };
  for (const each of readers) each.isProbe = false;
  for (let at = 0; at < task.probes; at += 1) readers[Math.floor(((at + 0.5) * readers.length) / task.probes)].isProbe = true;
  if (task.rate) pace();
  else go();
}

async function open() {
  while (readers.length < place.connections) {
    const some = Math.min(AT_ONCE, place.connections - readers.length);
    await Promise.all(Array.from({ length: some }, () => new Promise((done) => readers.push(new Reader(done)))));
  }
  tell({ connected: readers.length });
}

createInterface({ input: process.stdin }).on("line", (line) => {
  if (place) return begin(line);
  place = JSON.parse(line);
  return open();
}).on("close", () => process.exit(0));
