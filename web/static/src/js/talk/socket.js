// A client of Socket.IO's protocol 5 over a websocket, for one namespace and JSON alone: 1 kB instead of the 12 of
// the whole library, because the pages are for cheap phones. Packets: https://socket.io/docs/v4/socket-io-protocol/
const FIRST_WAIT = 500;
const MOST_WAIT = 10_000;

export class Socket {
  constructor(path) {
    const url = new URL(`${path}/?EIO=4&transport=websocket`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.url = url;
    this.connected = false;
    this.wanted = false;
    this.tries = 0;
    this.numbers = 0;
    this.acks = new Map();
    this.handlers = new Map();
  }

  /** Besides the server's events: `connect`, and `connect_error` with the server's {code}. */
  on(name, handler) {
    const handlers = this.handlers.get(name) ?? new Set();
    this.handlers.set(name, handlers.add(handler));
  }

  off(name, handler) {
    this.handlers.get(name)?.delete(handler);
  }

  connect() {
    this.wanted = true;
    clearTimeout(this.retry);
    if (this.line) return;
    const line = new WebSocket(this.url);
    this.line = line;
    line.onmessage = ({ data }) => { if (this.line === line) this.#take(data); };
    line.onclose = () => { if (this.line === line) this.#closed(); };
  }

  disconnect() {
    this.wanted = false;
    clearTimeout(this.retry);
    this.line?.close();
  }

  emit(name, payload) {
    if (this.connected) this.line.send(`42${JSON.stringify([name, payload])}`);
  }

  /** Resolves to the server's acknowledgement; rejects when none comes in time. */
  request(name, payload, patience) {
    return new Promise((resolve, reject) => {
      if (!this.connected) {
        reject(new Error("no line"));
        return;
      }
      const number = this.numbers++;
      const timer = setTimeout(() => { this.acks.delete(number); reject(new Error("no answer")); }, patience);
      this.acks.set(number, { resolve: (ack) => { clearTimeout(timer); resolve(ack); }, reject: (error) => { clearTimeout(timer); reject(error); } });
      this.line.send(`42${number}${JSON.stringify([name, payload])}`);
    });
  }

  #take(packet) {
    this.#watch();
    if (packet === "2") this.line.send("3"); // ping, pong
    else if (packet[0] === "0") this.#opened(JSON.parse(packet.slice(1)));
    else if (packet === "1" || packet === "41") this.line.close();
    else if (packet.startsWith("40")) this.#joined();
    else if (packet.startsWith("44")) this.#tell("connect_error", JSON.parse(packet.slice(2)).data ?? {});
    else if (packet.startsWith("42")) this.#tell(...JSON.parse(packet.slice(2)));
    else if (packet.startsWith("43")) this.#acknowledged(packet);
  }

  #opened({ pingInterval, pingTimeout }) {
    this.silence = pingInterval + pingTimeout;
    this.line.send("40");
  }

  #joined() {
    this.connected = true;
    this.tries = 0;
    this.#tell("connect");
  }

  #acknowledged(packet) {
    const [, number, content] = /^43(\d+)(.*)$/s.exec(packet);
    this.acks.get(Number(number))?.resolve(JSON.parse(content)[0]);
    this.acks.delete(Number(number));
  }

  // the server pings: where nothing comes for longer than that, the line is dead without having said so
  #watch() {
    clearTimeout(this.watch);
    if (this.silence) this.watch = setTimeout(() => { this.line?.close(); this.#closed(); }, this.silence);
  }

  #closed() {
    this.line = undefined;
    this.connected = false;
    clearTimeout(this.watch);
    for (const ack of this.acks.values()) ack.reject(new Error("line closed"));
    this.acks.clear();
    if (!this.wanted) return;
    const wait = Math.min(MOST_WAIT, FIRST_WAIT * 2 ** this.tries);
    this.tries += 1;
    this.retry = setTimeout(() => this.connect(), wait * (0.5 + Math.random()));
  }

  #tell(name, payload) {
    for (const handler of [...(this.handlers.get(name) ?? [])]) handler(payload);
  }
}
