import { createServer, type Socket } from "node:net";
import { settings } from "../parts/settings.ts";
import { listUsers, postsOf } from "./memory.ts";

/** What the list costs at least on Node's sockets: it is answered to whatever is asked, from objects or bytes that are ready at start. */
const isReady = process.argv[2] === "bytes";

const answer = {
  data: {
    users: listUsers().map(({ id, name, email }) => ({
      id,
      name,
      email,
      posts: postsOf(id).map(({ id, title }) => ({ id, title })),
    })),
  },
};
const ready = Buffer.from(JSON.stringify(answer));

createServer((socket) => {
  socket.setNoDelay(true);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    for (let end = endOfRequest(text); end <= text.length; end = endOfRequest(text)) {
      text = text.slice(end);
      respond(socket);
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

function respond(socket: Socket): void {
  const content = isReady ? ready : Buffer.from(JSON.stringify(answer));
  socket.cork();
  socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${content.length}\r\n\r\n`,
  );
  socket.write(content);
  socket.uncork();
}
