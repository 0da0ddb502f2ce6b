import { createServer } from "node:http";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { port, settledMemory } from "./workload.ts";

const receivers = new Set<WebSocket>();

const server = createServer((request, response) => {
  if (request.url === "/settle") response.end(settledMemory());
  else response.writeHead(404).end();
});

// `perMessageDeflate` is off by default.
const webSockets = new WebSocketServer({ server });
webSockets.on("connection", (socket, request) => {
  if (request.url === "/echo")
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  else if (request.url === "/publish") socket.on("message", broadcast);
  else if (request.url === "/receive") join(socket);
});
server.listen({ port, host: "127.0.0.1", backlog: 4096 });

function join(socket: WebSocket): void {
  receivers.add(socket);
  socket.on("close", () => receivers.delete(socket));
}

/** As the documentation of `ws` has it. */
function broadcast(data: RawData, isBinary: boolean): void {
  for (const receiver of receivers) receiver.send(data, { binary: isBinary });
}
