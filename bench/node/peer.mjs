// The peer: Node's own Socket.IO with the rooms of tests/realtime/alone.py. Its argument is the port.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((_request, response) => {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" }); // whoever asks wants to know what it holds, not what it has not tidied up yet
  response.end("ok");
});
const server = new Server(http, { perMessageDeflate: false });
const author = { id: 4, name: "Ada Lovelace", avatar: "/a/4.png" };
let said = 0;

server.on("connection", (socket) => {
  socket.on("join", (room, done) => {
    socket.join(room);
    done?.(socket.id);
  });
  socket.on("say", (data) => {
    said += 1;
    const more = { id: said, author, at: "2026-11-22T13:32:01.123456Z", reactions: [] };
    server.to(data.room).emit("said", { ...data, ...more });
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1");
