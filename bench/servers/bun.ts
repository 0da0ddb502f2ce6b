import { answerFields } from "./parts/answer-fields.ts";
import { openRequestLog } from "./parts/request-log.ts";
import { isNewUser, isUuid, notFound, notUser, notUuid } from "./parts/rules.ts";
import { settings } from "./parts/settings.ts";
import type { UserSource } from "./parts/user-source.ts";

const users = await open();
const log = openRequestLog();
/** `bare`: without the fields that all others send. */
const fields = process.argv.includes("bare") ? {} : answerFields;
const found: ResponseInit = { headers: fields };

Bun.serve({
  hostname: "127.0.0.1",
  port: settings.port,
  routes: {
    "/users/:id": { GET: (request) => logged(request, () => get(request.params.id)) },
    "/users": {
      POST: async (request) => {
        const body: unknown = await request.json();
        return logged(request, () => create(body));
      },
    },
  },
});

function get(id: string): Response {
  if (!isUuid(id)) return Response.json(notUuid, { status: 400 });
  const user = users.find(id);
  return user === null ? Response.json(notFound, { status: 404 }) : Response.json(user, found);
}

function create(body: unknown): Response {
  if (!isNewUser(body)) return Response.json(notUser, { status: 400 });
  const user = users.create(body);
  return Response.json(user, { status: 201, headers: { ...fields, location: `/users/${user.id}` } });
}

function logged(request: Request, answer: () => Response): Response {
  if (log === null) return answer();
  const started = log.started(request.method, new URL(request.url).pathname);
  const response = answer();
  log.finished(started, response.status);
  return response;
}

/** Bun has no node:sqlite, and its own is faster. */
async function open(): Promise<UserSource> {
  if (settings.source === "sqlite")
    return (await import("./parts/bun-users.ts")).openBunUsers(settings.database);
  return (await import("./parts/user-source.ts")).openUsers();
}
