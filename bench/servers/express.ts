import express from "express";
import { answerFields } from "./parts/answer-fields.ts";
import { openRequestLog } from "./parts/request-log.ts";
import { isNewUser, isUuid, notFound, notUser, notUuid } from "./parts/rules.ts";
import { settings } from "./parts/settings.ts";
import { openUsers } from "./parts/user-source.ts";

const users = openUsers();
const log = openRequestLog();
const app = express();
// What the others do not do either.
app.disable("x-powered-by").disable("etag");

if (log !== null) {
  app.use((request, response, next) => {
    const logged = log.started(request.method, request.path);
    response.once("finish", () => log.finished(logged, response.statusCode));
    next();
  });
}

app.get("/users/:id", (request, response) => {
  const { id } = request.params;
  if (!isUuid(id)) return void response.status(400).json(notUuid);
  const user = users.find(id);
  if (user === null) response.status(404).json(notFound);
  else response.set(answerFields).json(user);
});

app.post("/users", express.json(), (request, response) => {
  const body: unknown = request.body;
  if (!isNewUser(body)) return void response.status(400).json(notUser);
  const user = users.create(body);
  response.status(201).set(answerFields).location(`/users/${user.id}`).json(user);
});

app.listen(settings.port, "127.0.0.1");
