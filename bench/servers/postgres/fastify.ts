import { randomUUID } from "node:crypto";
import { fastify } from "fastify";
import { answerFields } from "../parts/answer-fields.ts";
import { notFound } from "../parts/rules.ts";
import { settings } from "../parts/settings.ts";
import type { NewUser } from "../parts/users.ts";
import { pool } from "./pool.ts";

const text = { type: "string" } as const;
const id = { type: "string", format: "uuid" } as const;
const name = { type: "string", minLength: 1, maxLength: 200 } as const;
const email = { type: "string", format: "email" } as const;
const user = { type: "object", properties: { id, name, email }, required: ["id", "name", "email"] } as const;
const error = {
  type: "object",
  properties: { error: { type: "object", properties: { code: text, message: text } } },
} as const;

const app = fastify({ logger: false });

app.get<{ Params: { id: string } }>(
  "/users/:id",
  {
    schema: {
      params: { type: "object", properties: { id }, required: ["id"] },
      response: { 200: user, 404: error },
    },
  },
  async (request, reply) => {
    const { rows } = await pool.query({
      name: "user",
      text: "select id, name, email from users where id = $1",
      values: [request.params.id],
    });
    if (rows.length === 0) return reply.code(404).send(notFound);
    return reply.headers(answerFields).send(rows[0]);
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
  async (request, reply) => {
    const { rows } = await pool.query({
      name: "create",
      text: "insert into users (id, name, email) values ($1, $2, $3) returning id, name, email",
      values: [randomUUID(), request.body.name, request.body.email],
    });
    const created = rows[0];
    return reply.code(201).headers(answerFields).header("location", `/users/${created.id}`).send(created);
  },
);

await app.listen({ host: "127.0.0.1", port: settings.port });
