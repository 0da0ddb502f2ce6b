import { createServer } from "node:http";
import { Server } from "socket.io";
import { settings } from "../parts/settings.ts";
import { isMessage } from "./rules.ts";

/** Socket.IO as its documentation has it: a room, and an event for all in it. */
const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  void socket.join("rooms/1");
  socket.on("message", (message: unknown) => {
    if (isMessage(message)) io.to("rooms/1").emit("message", message);
    else socket.emit("error", { code: "INVALID_INPUT" });
  });
});
server.listen({ port: settings.port, host: "127.0.0.1", backlog: 4096 });
