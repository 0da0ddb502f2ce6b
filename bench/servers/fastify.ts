import { fastify } from "fastify";
import { answerFields } from "./parts/answer-fields.ts";
import { openOutput } from "./parts/request-log.ts";
import { notFound } from "./parts/rules.ts";
import { settings } from "./parts/settings.ts";
import { openUsers } from "./parts/user-source.ts";
import type { NewUser } from "./parts/users.ts";

const text = { type: "string" } as const;
const id = { type: "string", format: "uuid" } as const;
const name = { type: "string", minLength: 1, maxLength: 200 } as const;
const email = { type: "string", format: "email" } as const;
const user = { type: "object", properties: { id, name, email }, required: ["id", "name", "email"] } as const;
const error = {
  type: "object",
  properties: { error: { type: "object", properties: { code: text, message: text } } },
} as const;

const users = openUsers();
const app = fastify({ logger: settings.logs ? { stream: openOutput() } : false });

app.get<{ Params: { id: string } }>(
  "/users/:id",
  {
    schema: {
      params: { type: "object", properties: { id }, required: ["id"] },
      response: { 200: user, 404: error },
    },
  },
  (request, reply) => {
    const found = users.find(request.params.id);
    if (found === null) reply.code(404).send(notFound);
    else reply.headers(answerFields).send(found);
  },
);

app.post<{ Body: NewUser }>(
  "/users",
  {
    schema: {
      body: { type: "object", properties: { name, email }, required: ["name", "email"] },
      response: { 201: user },
    },
  },
  (request, reply) => {
    const created = users.create(request.body);
    reply.code(201).headers(answerFields).header("location", `/users/${created.id}`).send(created);
  },
);

await app.listen({ host: "127.0.0.1", port: settings.port });
