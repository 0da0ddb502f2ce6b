import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { port } from "./workload.ts";

/**
 * What a WebSocket echo costs at least on Node's sockets: after the handshake nothing is parsed, unmasked or checked, and each read
 * is answered with the same bytes. No server, but the line that servers are held against.
 */

/** Of RFC 6455 §1.3. */
const suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const expected = "A text of sixty-four bytes, which is what this row asks of all.\n";
const frame = Buffer.concat([Buffer.from([0x81, expected.length]), Buffer.from(expected)]);

createServer({ noDelay: true }, (socket) => {
  socket.once("data", (head: Buffer) => open(socket, head.toString("latin1")));
  socket.on("error", () => {});
}).listen(port, "127.0.0.1");

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
  socket.on("data", () => socket.write(frame));
}
