import { createServer, type Socket } from "node:net";
import { settings } from "../parts/settings.ts";
import { listUsers, postsOf } from "./memory.ts";

/**
 * What answers cost at least on Node's sockets: that of one user to whatever states an id, the list to all else, from objects or bytes that
 * are ready at start.
 */
const isReady = process.argv[2] === "bytes";

const users = listUsers().map(({ id, name, email }) => ({
  id,
  name,
  email,
  posts: postsOf(id).map(({ id, title }) => ({ id, title })),
}));
const list = { data: { users } };
const readyList = Buffer.from(JSON.stringify(list));
const readyUsers = new Map(
  users.map((user) => [user.id, Buffer.from(JSON.stringify({ data: { user } }))] as const),
);

createServer((socket) => {
  socket.setNoDelay(true);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    for (let end = endOfRequest(text); end <= text.length; end = endOfRequest(text)) {
      const asked = text.slice(0, end);
      text = text.slice(end);
      respond(socket, contentFor(asked));
    }
  });
  socket.on("error", () => socket.destroy());
}).listen(settings.port, "127.0.0.1");

/** Where the first request ends; infinity where its head has not come yet. */
function endOfRequest(text: string): number {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return Number.POSITIVE_INFINITY;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head + 2))?.[1] ?? "0";
  return head + 4 + Number(length);
}

function contentFor(asked: string): Buffer {
  const at = asked.indexOf('"id":"');
  const user = at < 0 ? undefined : readyUsers.get(asked.slice(at + 6, at + 42));
  if (user !== undefined) return user;
  return isReady ? readyList : Buffer.from(JSON.stringify(list));
}

function respond(socket: Socket, content: Buffer): void {
  socket.cork();
  socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${content.length}\r\n\r\n`,
  );
  socket.write(content);
  socket.uncork();
}
