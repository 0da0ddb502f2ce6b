import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { validator } from "hono/validator";
import { answerFields } from "./parts/answer-fields.ts";
import { openRequestLog } from "./parts/request-log.ts";
import { isNewUser, isUuid, notFound, notUser, notUuid } from "./parts/rules.ts";
import { settings } from "./parts/settings.ts";
import { openUsers } from "./parts/user-source.ts";

const users = openUsers();
const log = openRequestLog();
const app = new Hono();

if (log !== null) {
  app.use(async (context, next) => {
    const request = log.started(context.req.method, context.req.path);
    await next();
    log.finished(request, context.res.status);
  });
}

app.get(
  "/users/:id",
  validator("param", ({ id = "" }, context) => (isUuid(id) ? { id } : context.json(notUuid, 400))),
  (context) => {
    const user = users.find(context.req.valid("param").id);
    return user === null ? context.json(notFound, 404) : context.json(user, 200, answerFields);
  },
);

app.post(
  "/users",
  validator("json", (body, context) => (isNewUser(body) ? body : context.json(notUser, 400))),
  (context) => {
    const user = users.create(context.req.valid("json"));
    return context.json(user, 201, { ...answerFields, location: `/users/${user.id}` });
  },
);

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: settings.port });
