// The official client: joins a room, says many things and hears them, until the server ends it; tells what
// it saw as one line of JSON. What comes in is JSON: where, by which transports, and what to ask.
import { readFileSync } from "node:fs";
import { io } from "socket.io-client";

const asked = JSON.parse(readFileSync(0, "utf8"));
const seen = { transports: [], heard: [], acks: [], events: [] };

const client = io(asked.url, {
  transports: asked.transports,
  reconnection: false,
  auth: asked.token ? { token: asked.token } : undefined,
});
const note = () => seen.transports.push(client.io.engine.transport.name);

note();
client.io.engine.on("upgrade", note);
client.on("connect_error", (error) => finish({ refused: error.message }));
client.on("session.revoked", (data) => seen.events.push(["session.revoked", data]));
client.on("disconnect", (reason) => finish({ reason }));
client.on(asked.hears, (data) => {
  seen.heard.push(asked.hears === "event" ? data.data.body : data.number);
  if (seen.heard.length === asked.says.length) console.log("heard");
});
client.on("connect", async () => {
  seen.acks.push(await client.emitWithAck(...asked.first));
  for (const said of asked.says) {
    const answer = client.emitWithAck(...said);
    if (asked.acknowledged) seen.acks.push(await answer);
    else if (said[1].number % 10 === 9) await client.emitWithAck("back", said[1].number);
  }
});

function finish(more) {
  console.log(JSON.stringify({ ...seen, ...more }));
  client.close();
}
