import assert from "node:assert/strict";
import { test } from "node:test";
import { startTest, type TestServer } from "fourfold/testing";
import {
  buildClientSchema,
  findBreakingChanges,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from "graphql";
import blog from "../../../examples/blog/api.ts";
import { published } from "./model/published.ts";

interface Response {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** As today's web client asks, which knows nothing of versions. */
async function ask(server: TestServer, query: string, variables: object = {}): Promise<Response> {
  const answer = await server.request("POST /graphql", { json: { query, variables } });
  return answer.json as Response;
}

test("what is served introspects as the published contract, with more", async () => {
  await using server = await startTest(blog);
  const { data, errors } = await ask(
    server,
    getIntrospectionQuery({ specifiedByUrl: true, schemaDescription: true }),
  );
  assert.equal(errors, undefined);
  const served = buildClientSchema(data as unknown as IntrospectionQuery);
  assert.deepEqual(findBreakingChanges(published, served), []);
  assert.match(served.description ?? "", /^Blog, version 1\./);
});

test("the query of today's web client", async () => {
  await using server = await startTest(blog);
  const { users } = (await ask(server, '{ users(orderBy: "name") { id name } }')).data as {
    readonly users: readonly { readonly id: string; readonly name: string }[];
  };
  const [ada] = users;
  assert.equal(ada?.name, "Ada Lovelace");
  const query = "query GetUser($id: ID!) { user(id: $id) { id name email posts { id title } } }";
  const { data, errors } = await ask(server, query, { id: ada?.id });
  assert.equal(errors, undefined);
  const { posts, ...user } = (
    data as { readonly user: { readonly posts: readonly { readonly title: string }[] } }
  ).user;
  assert.deepEqual(user, { id: ada?.id, name: "Ada Lovelace", email: "ada@example.com" });
  assert.deepEqual(
    posts.map(({ title }) => title),
    ["Notes on the Analytical Engine"],
  );
});

test("what REST says of an error is in its extensions", async () => {
  await using server = await startTest(blog);
  const input = { name: "Ada", email: "ada@example.com" };
  const rest = (await server.request("POST /users", { json: input })).json as {
    readonly error: Readonly<Record<string, unknown>>;
  };
  const query =
    "mutation ($name: String!, $email: String!) { createUser(name: $name, email: $email) { id } }";
  const { data, errors } = await ask(server, query, input);
  assert.equal(data, null);
  const { message, ...told } = rest.error;
  assert.equal(errors?.[0]?.message, message);
  assert.deepEqual(errors?.[0]?.extensions, { ...told, kind: "already_exists" });
  assert.deepEqual(told, { code: "EMAIL_TAKEN", details: { email: "ada@example.com" } });
});
