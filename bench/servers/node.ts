import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { answerFields } from "./parts/answer-fields.ts";
import { openRequestLog } from "./parts/request-log.ts";
import { isNewUser, isUuid, notFound, notUser, notUuid } from "./parts/rules.ts";
import { settings } from "./parts/settings.ts";
import { openUsers } from "./parts/user-source.ts";

const users = openUsers();
const log = openRequestLog();
const prefix = "/users/";

createServer((request, response) => {
  const { method = "", url = "" } = request;
  if (log !== null) {
    const logged = log.started(method, url);
    response.once("finish", () => log.finished(logged, response.statusCode));
  }
  if (method === "POST" && url === "/users") create(request, response);
  else if (method === "GET" && url.startsWith(prefix)) get(url.slice(prefix.length), response);
  else respond(response, 404, notFound);
}).listen(settings.port, "127.0.0.1");

function get(id: string, response: ServerResponse): void {
  const user = isUuid(id) ? users.find(id) : undefined;
  if (user === undefined) respond(response, 400, notUuid);
  else if (user === null) respond(response, 404, notFound);
  else respond(response, 200, user, answerFields);
}

function create(request: IncomingMessage, response: ServerResponse): void {
  json(request).then(
    (body) => {
      if (!isNewUser(body)) return respond(response, 400, notUser);
      const user = users.create(body);
      respond(response, 201, user, { ...answerFields, location: `/users/${user.id}` });
    },
    () => respond(response, 400, notUser),
  );
}

function respond(
  response: ServerResponse,
  status: number,
  value: unknown,
  fields: OutgoingHttpHeaders = {},
): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...fields,
  });
  response.end(body);
}
