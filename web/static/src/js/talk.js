// Entry of pages with a live room: [data-live-room] holds what to listen to. The live part is added here.
import { io } from "socket.io-client";

export { io };
