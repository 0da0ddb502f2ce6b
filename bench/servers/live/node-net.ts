import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { serverText } from "../../load/websocket-frames.ts";
import { settings } from "../parts/settings.ts";
import { sampleUsers } from "../parts/users.ts";

/**
 * What one call after the other over a WebSocket costs at least on Node's sockets: after the handshake nothing is parsed or checked, and
 * each read is answered with the answer that is next. No server, but the line that servers are held against.
 */

/** Of RFC 6455 §1.3. */
const suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** The loader asks for all users from the hundredth on in turn, by their number. */
const first = 100;
const answers = sampleUsers
  .slice(first)
  .map((result, index) => serverText(JSON.stringify({ jsonrpc: "2.0", id: first + index, result })));

createServer({ noDelay: true }, (socket) => {
  socket.once("data", (head: Buffer) => open(socket, head.toString("latin1")));
  socket.on("error", () => {});
}).listen(settings.port, "127.0.0.1");

function open(socket: Socket, head: string): void {
  const key = /^sec-websocket-key: (.*)\r$/im.exec(head)?.[1];
  if (key === undefined) {
    socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    return;
  }
  const accept = createHash("sha1")
    .update(key + suffix)
    .digest("base64");
  const fields = `upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}`;
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n\r\n`);
  let next = 0;
  socket.on("data", () => {
    const answer = answers[next++ % answers.length];
    if (answer !== undefined) socket.write(answer);
  });
}
