import assert from "node:assert/strict";
import { test } from "node:test";
import type { TypeOf } from "fourfold";
import { fourWays, notSupported, type TestServer } from "fourfold/testing";
import blog, { editorToken, Post, publish, User } from "../../examples/blog/api.ts";

type Row<R> = R extends { readonly "~type"?: infer T } ? T : never;

interface Prepared {
  readonly ada: TypeOf<typeof User>;
  readonly grace: TypeOf<typeof User>;
  readonly notes: Row<typeof Post>;
  readonly draft: Row<typeof Post>;
}

const ways = fourWays<Prepared>(blog, { prepare });
const nobody = "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f";

async function prepare(server: TestServer): Promise<Prepared> {
  const users = (await server.call(User.list, { orderBy: "displayName" })).items;
  const posts = (await server.call(Post.list, { orderBy: "title desc" })).items;
  const [ada, grace] = users;
  const [notes, draft] = posts;
  assert.ok(ada && grace && notes && draft, "the seed made two users and two posts");
  return { ada, grace, notes, draft };
}

test("users.get", async () => {
  const results = await ways.call({
    operation: User.get,
    input: ({ ada }) => ({ id: ada.id }),
    expect: { value: ({ ada }) => ada },
    on: {
      rest: ({ status, headers }) => {
        assert.equal(status, 200);
        assert.equal(headers["cache-control"], "public, max-age=300");
        assert.match(headers["etag"] ?? "", /^"[\w-]+\.1"$/);
      },
    },
  });
  assert.equal(results.websocket.length, 3, "two versions by path, and unsaid");
  assert.equal(
    results.rest.length,
    6,
    "two versions by path and by header, unsaid, and with Problem Details",
  );
  const [first] = results.rest === notSupported ? [] : results.rest;
  assert.deepEqual(Object.keys((first?.outcome as { value: object } | undefined)?.value ?? {}), [
    "id",
    "name",
    "email",
  ]);
});

test("users.get of nobody", async () => {
  await ways.call({
    operation: User.get,
    input: { id: nobody },
    expect: { error: { code: "USER_NOT_FOUND", kind: "not_found", violations: [] } },
  });
});

test("users.list in pages", async () => {
  await ways.call({
    operation: User.list,
    input: { pageSize: 1, orderBy: "displayName", filter: 'displayName = "A*"' },
    expect: { value: ({ ada }) => ({ items: [ada], nextPageToken: "" }) },
  });
});

test("users.create", async () => {
  await ways.call({
    operation: User.create,
    input: { displayName: "Alan Turing", email: "alan@example.com" },
    expect: {
      check: (value) => {
        const { id, email, ...name } = value as Record<string, string>;
        assert.match(id ?? "", /^[0-9a-f-]{14}7/);
        assert.equal(email, "alan@example.com");
        assert.deepEqual(Object.values(name), ["Alan Turing"]);
      },
    },
    on: {
      rest: ({ status, headers, outcome }) => {
        assert.equal(status, 201);
        const { id } = (outcome as { value: { id: string } }).value;
        assert.match(headers["location"] ?? "", new RegExp(`^(/api(/v[12])?)?/users/${id}$`));
      },
    },
    after: async (server) => {
      const { items } = await server.call(User.list, { filter: 'email = "alan@example.com"' });
      assert.equal(items[0]?.displayName, "Alan Turing");
    },
  });
});

test("users.create lists every violated field, in the version's names", async () => {
  await ways.call({
    operation: User.create,
    input: { displayName: "", email: "nonsense" },
    expect: {
      error: {
        code: "INVALID_INPUT",
        kind: "invalid_argument",
        violations: [
          { path: "displayName", rule: "minLength" },
          { path: "email", rule: "format" },
        ],
      },
    },
    after: async (server) => assert.equal((await server.call(User.list, {})).items.length, 2),
  });
});

test("users.create with an e-mail address that is taken", async () => {
  await ways.call({
    operation: User.create,
    input: { displayName: "Ada II", email: "ADA@example.com" },
    expect: { error: { code: "EMAIL_TAKEN", kind: "already_exists", details: { email: "ADA@example.com" } } },
  });
});

test("users.update in part, users.replace as a whole", async () => {
  const after = async (server: TestServer, { ada }: Prepared): Promise<void> => {
    assert.equal((await server.call(User.get, { id: ada.id })).displayName, "Countess");
  };
  await ways.call({
    operation: User.update,
    input: ({ ada }) => ({ id: ada.id, displayName: "Countess" }),
    expect: { value: ({ ada }) => ({ ...ada, displayName: "Countess" }) },
    after,
  });
  await ways.call({
    operation: User.replace,
    input: ({ ada }) => ({ id: ada.id, displayName: "Countess", email: "c@example.com" }),
    expect: { value: ({ ada }) => ({ id: ada.id, displayName: "Countess", email: "c@example.com" }) },
    after,
  });
});

test("users.update of another version of the row", async () => {
  await ways.call({
    operation: User.update,
    input: ({ ada }) => ({ id: ada.id, displayName: "Countess", ifVersion: 1 }),
    expect: { value: ({ ada }) => ({ ...ada, displayName: "Countess" }) },
  });
  await ways.call({
    operation: User.update,
    input: ({ ada }) => ({ id: ada.id, displayName: "Countess", ifVersion: 7 }),
    expect: { error: { code: "PRECONDITION_FAILED", kind: "aborted" } },
    after: async (server, { ada }) =>
      assert.deepEqual((await server.call(User.get, { id: ada.id })).displayName, ada.displayName),
  });
});

test("users.delete, and the posts go too", async () => {
  await ways.call({
    operation: User.delete,
    input: ({ ada }) => ({ id: ada.id }),
    expect: { value: undefined },
    on: { rest: ({ status }) => assert.equal(status, 204) },
    after: async (server) => assert.equal((await server.call(Post.list, {})).items.length, 1),
  });
});

test("users.batchGet and users.batchCreate: all or nothing", async () => {
  await ways.call({
    operation: User.batchGet,
    input: ({ ada, grace }) => ({ ids: [grace.id, ada.id] }),
    expect: { value: ({ ada, grace }) => ({ items: [grace, ada] }) },
  });
  await ways.call({
    operation: User.batchGet,
    input: ({ ada }) => ({ ids: [ada.id, nobody] }),
    expect: { error: { code: "USER_NOT_FOUND", kind: "not_found" } },
  });
  await ways.call({
    operation: User.batchCreate,
    input: {
      items: [
        { displayName: "B", email: "b@example.com" },
        { displayName: "C", email: "ada@example.com" },
      ],
    },
    expect: { error: { code: "EMAIL_TAKEN", kind: "already_exists" } },
    after: async (server) => assert.equal((await server.call(User.list, {})).items.length, 2),
  });
  await ways.call({
    operation: User.batchCreate,
    input: { items: [{ displayName: "", email: "b@example.com" }] },
    expect: {
      error: {
        code: "INVALID_INPUT",
        kind: "invalid_argument",
        violations: [{ path: "items[0].displayName", rule: "minLength" }],
      },
    },
  });
});

test("posts.create refers to a user that there is", async () => {
  await ways.call({
    operation: Post.create,
    input: ({ ada }) => ({ title: "T", content: "two\nlines", authorId: ada.id }),
    expect: { check: (value, _, { ada }) => assert.equal((value as { authorId: string }).authorId, ada.id) },
  });
  await ways.call({
    operation: Post.create,
    input: { title: "T", content: "C", authorId: nobody },
    expect: {
      error: {
        code: "REFERENCE_NOT_FOUND",
        kind: "failed_precondition",
        details: { field: "authorId", resource: "User" },
        violations: [{ path: "authorId", rule: "reference" }],
      },
    },
  });
});

test("posts.get, posts.update, posts.replace, posts.delete, posts.list", async () => {
  const input = ({ notes }: Prepared): { id: string } => ({ id: notes.id });
  await ways.call({ operation: Post.get, input, expect: { value: ({ notes }) => notes } });
  await ways.call({
    operation: Post.update,
    input: ({ notes }) => ({ id: notes.id, title: "New" }),
    expect: { value: ({ notes }) => ({ ...notes, title: "New" }) },
  });
  await ways.call({
    operation: Post.replace,
    input: ({ notes, grace }) => ({ id: notes.id, title: "New", content: "", authorId: grace.id }),
    expect: { value: ({ notes, grace }) => ({ ...notes, title: "New", content: "", authorId: grace.id }) },
  });
  await ways.call({ operation: Post.delete, input, expect: { value: undefined } });
  await ways.call({
    operation: Post.list,
    input: { orderBy: "title desc" },
    expect: { value: ({ notes, draft }) => ({ items: [notes, draft], nextPageToken: "" }) },
  });
  await ways.call({
    operation: Post.batchGet,
    input: ({ notes }) => ({ ids: [notes.id] }),
    expect: { value: ({ notes }) => ({ items: [notes] }) },
  });
  await ways.call({
    operation: Post.batchCreate,
    input: ({ ada }) => ({ items: [{ title: "1", content: "", authorId: ada.id }] }),
    expect: { check: (value) => assert.equal(Object.values(value as object).flat().length, 1) },
  });
});

test("posts.publish, by editors, once", async () => {
  await ways.call({
    operation: publish,
    input: ({ draft }) => ({ id: draft.id }),
    expect: { error: { code: "UNAUTHENTICATED", kind: "unauthenticated", details: { rule: "editor" } } },
    on: { rest: ({ headers }) => assert.equal(headers["www-authenticate"], "Bearer") },
  });
  await ways.call({
    operation: publish,
    input: ({ draft }) => ({ id: draft.id }),
    bearer: editorToken,
    expect: { check: (value, _, { draft }) => assert.equal((value as { id: string }).id, draft.id) },
    after: async (server, { draft }) =>
      assert.ok((await server.call(Post.get, { id: draft.id })).publishedAt instanceof Date),
  });
  await ways.call({
    operation: publish,
    input: ({ notes }) => ({ id: notes.id }),
    bearer: editorToken,
    expect: {
      error: ({ notes }) => ({
        code: "ALREADY_PUBLISHED",
        kind: "failed_precondition",
        details: { publishedAt: notes.publishedAt?.toISOString() },
      }),
    },
  });
  await ways.call({
    operation: publish,
    input: { id: nobody },
    bearer: editorToken,
    expect: { error: { code: "POST_NOT_FOUND", kind: "not_found" } },
  });
});
