import { createServer } from "node:http";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { openRequestLog } from "../parts/request-log.ts";
import { settings } from "../parts/settings.ts";
import { sampleUsers } from "../parts/users.ts";
import { findNote, listNotes, type Note, updateNote } from "./notes.ts";
import { isGetUser, isMessage, isNoteUpdate, isRpcRequest, type RpcRequest } from "./rules.ts";

/** `ws` as its documentation has it, with what an application writes around it: messages are parsed, checked and written by hand. */

const users = new Map(sampleUsers.map((user) => [user.id, user]));
const rooms = new Map<string, Set<WebSocket>>();
const watchers = new Map<WebSocket, number>();
const log = openRequestLog();

const server = createServer((request, response) => {
  if (request.url === "/notes") response.end(listNotes());
  else response.writeHead(404).end();
});

// `perMessageDeflate` is off by default.
const webSockets = new WebSocketServer({ server });
webSockets.on("connection", (socket, request) => {
  socket.on("error", () => {});
  if (request.url === "/rpc") socket.on("message", (data) => answer(socket, data));
  else if (request.url?.startsWith("/rooms/") === true) join(socket, request.url);
  else socket.close(1008);
});
server.listen({ port: settings.port, host: "127.0.0.1", backlog: 4096 });

function join(socket: WebSocket, path: string): void {
  const room = rooms.get(path) ?? new Set();
  rooms.set(path, room);
  room.add(socket);
  socket.on("close", () => room.delete(socket));
  socket.on("message", (data) => {
    const message: unknown = JSON.parse(String(data));
    if (!isMessage(message)) socket.send(JSON.stringify({ type: "error", error: { code: "INVALID_INPUT" } }));
    else send(room, Buffer.from(JSON.stringify({ type: "message", message })));
  });
}

/** Made bytes once: `ws` would do so for each. */
function send(receivers: Iterable<WebSocket>, text: Buffer): void {
  for (const receiver of receivers) receiver.send(text, { binary: false });
}

function answer(socket: WebSocket, data: RawData): void {
  const request: unknown = JSON.parse(String(data));
  if (!isRpcRequest(request)) {
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32600, message: "No request" } }));
    return;
  }
  const logged = log === null ? null : log.started("CALL", request.method);
  const result = call(socket, request);
  if (logged !== null) log?.finished(logged, result === null ? 400 : 200);
  const { id } = request;
  if (id === undefined) return;
  if (result === null) {
    const error = { code: -32602, message: "Invalid params" };
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, error }));
  } else socket.send(JSON.stringify({ jsonrpc: "2.0", id, result }));
}

function call(socket: WebSocket, { id, method, params }: RpcRequest): object | null {
  switch (method) {
    case "getUser":
      return isGetUser(params) ? (users.get(params.id) ?? null) : null;
    case "notes.watch":
      watch(socket, Number(id));
      return { stream: id, type: "synced" };
    case "notes.update":
      return isNoteUpdate(params) ? change(updateNote(params.id, params.count)) : null;
    default:
      return null;
  }
}

function watch(socket: WebSocket, stream: number): void {
  watchers.set(socket, stream);
  socket.on("close", () => watchers.delete(socket));
}

/** All who watch chose the same id, so that all are told the same bytes. */
function change(row: Note | null): Note | null {
  if (row === null) return null;
  const [stream] = watchers.values();
  const value = { type: "updated", id: row.id, row, position: String(findNote().count) };
  const text = JSON.stringify({ jsonrpc: "2.0", method: "$/next", params: { stream, value } });
  send(watchers.keys(), Buffer.from(text));
  return row;
}
