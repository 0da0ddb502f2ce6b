import assert from "node:assert/strict";
import { test } from "node:test";
import blog, { Post, User } from "../../../../examples/blog/api.ts";
import { openRig, type Rig } from "./rig.ts";

async function blogRig(version = "2"): Promise<Rig & { readonly ada: string; readonly grace: string }> {
  const rig = await openRig(blog, version);
  const ada = await rig.call(User.create, { displayName: "Ada", email: "ada@example.com" });
  const grace = await rig.call(User.create, { displayName: "Grace", email: "grace@example.com" });
  for (const title of ["A", "B", "C"])
    await rig.call(Post.create, { title, content: "...", authorId: ada.id });
  return Object.assign(rig, { ada: ada.id, grace: grace.id });
}

test("rows, their members and relations", async () => {
  await using rig = await blogRig();
  const { data, errors } = await rig.run(
    "query ($id: ID!) { user(id: $id) { __typename id displayName rowVersion posts { title author { id } } } users { displayName posts(first: 1) { title } } }",
    { variables: { id: rig.ada } },
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(data, {
    user: {
      __typename: "User",
      id: rig.ada,
      displayName: "Ada",
      rowVersion: 1,
      posts: ["A", "B", "C"].map((title) => ({ title, author: { id: rig.ada } })),
    },
    users: [
      { displayName: "Ada", posts: [{ title: "A" }] },
      { displayName: "Grace", posts: [] },
    ],
  });
});

test("a version's names and fields", async () => {
  await using rig = await blogRig("1");
  const { data } = await rig.run('{ users(filter: "name = \\"Ada\\"", orderBy: "name desc") { name } }');
  assert.deepEqual(data, { users: [{ name: "Ada" }] });
});

test("connections of a list and of relations, page by page", async () => {
  await using rig = await blogRig();
  const page =
    "edges { cursor node { title } } nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
  const first = await rig.run(`{ postsConnection(first: 2, orderBy: "title desc") { ${page} } }`);
  const { postsConnection: one } = first.data as { postsConnection: Connection };
  assert.deepEqual(one.nodes, [{ title: "C" }, { title: "B" }]);
  assert.deepEqual(
    one.edges.map(({ node }) => node),
    one.nodes,
  );
  assert.deepEqual(one.pageInfo, {
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: one.edges[0]?.cursor,
    endCursor: one.edges[1]?.cursor,
  });
  const second = await rig.run(
    `query ($after: String) { postsConnection(first: 2, after: $after, orderBy: "title desc") { ${page} } }`,
    { variables: { after: one.pageInfo.endCursor } },
  );
  const { postsConnection: two } = second.data as { postsConnection: Connection };
  assert.deepEqual(two.nodes, [{ title: "A" }]);
  assert.deepEqual([two.pageInfo.hasNextPage, two.pageInfo.hasPreviousPage], [false, true]);
  // The same cursor goes on in a list without edges, and among the posts of one user.
  const third = await rig.run(
    `query ($after: String, $id: ID!) {
      posts(after: $after, orderBy: "title desc") { title }
      user(id: $id) { postsConnection(first: 1, after: $after, orderBy: "title desc") { ${page} } }
    }`,
    { variables: { after: one.edges[0]?.cursor, id: rig.ada } },
  );
  const { posts, user } = third.data as { posts: unknown; user: { postsConnection: Connection } };
  assert.deepEqual(posts, [{ title: "B" }, { title: "A" }]);
  assert.deepEqual(user.postsConnection.nodes, [{ title: "B" }]);
  assert.equal(user.postsConnection.pageInfo.hasNextPage, true);
});

interface Connection {
  readonly edges: readonly { readonly cursor: string; readonly node: unknown }[];
  readonly nodes: readonly unknown[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

test("a page of none tells whether there is anything", async () => {
  await using rig = await blogRig();
  const { data } = await rig.run(
    `query ($ada: ID!, $grace: ID!) {
      posts(first: 0) { id }
      postsConnection(first: 0) { edges { cursor } pageInfo { hasNextPage endCursor } }
      ada: user(id: $ada) { postsConnection(first: 0) { nodes { id } pageInfo { hasNextPage } } }
      grace: user(id: $grace) { postsConnection(first: 0) { nodes { id } pageInfo { hasNextPage } } }
    }`,
    { variables: { ada: rig.ada, grace: rig.grace } },
  );
  assert.deepEqual(data, {
    posts: [],
    postsConnection: { edges: [], pageInfo: { hasNextPage: true, endCursor: null } },
    ada: { postsConnection: { nodes: [], pageInfo: { hasNextPage: true } } },
    grace: { postsConnection: { nodes: [], pageInfo: { hasNextPage: false } } },
  });
});

test("errors have place, code and what REST says of them; what else is asked for is there", async () => {
  await using rig = await blogRig();
  const { data, errors } = await rig.run(
    '{ users { displayName }\n  none: user(id: "x") { id }\n  posts(first: -1, after: "?") { id } }',
  );
  assert.equal(data, null);
  assert.deepEqual(errors, [
    {
      message: "User not found",
      locations: [{ line: 2, column: 3 }],
      path: ["none"],
      extensions: { code: "USER_NOT_FOUND", kind: "not_found" },
    },
    {
      message: "first: must be at least 0",
      locations: [{ line: 3, column: 3 }],
      path: ["posts"],
      extensions: {
        code: "INVALID_INPUT",
        kind: "invalid_argument",
        violations: [
          { path: "first", rule: "minimum", message: "must be at least 0", mend: "Send 0 or more" },
        ],
      },
    },
  ]);
  const kept = await rig.run('{ users { displayName } user(id: "x") { id } }');
  assert.deepEqual(kept.data, { users: [{ displayName: "Ada" }, { displayName: "Grace" }], user: null });
  const token = await rig.run('{ users { posts(after: "?") { id } } }');
  assert.equal(token.data, null);
  assert.deepEqual(token.errors[0]?.path, ["users", 0, "posts"]);
  assert.equal(token.errors[0]?.extensions["code"], "INVALID_PAGE_TOKEN");
  assert.match(JSON.stringify(token.errors[0]), /"path":"after"/);
});

test("changes are made one after another", async () => {
  await using rig = await blogRig();
  const { data, errors } = await rig.run(
    `mutation ($id: ID!) {
      a: updateUser(id: $id, displayName: "One", ifVersion: 1) { displayName rowVersion }
      b: updateUser(id: $id, displayName: "Two", ifVersion: 2) { displayName rowVersion email }
      c: deleteUser(id: $id)
    }`,
    { variables: { id: rig.grace } },
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(data, {
    a: { displayName: "One", rowVersion: 2 },
    b: { displayName: "Two", rowVersion: 3, email: "grace@example.com" },
    c: true,
  });
  const late = await rig.run(
    'mutation ($id: ID!) { updateUser(id: $id, displayName: "x", ifVersion: 7) { id } }',
    { variables: { id: rig.ada } },
  );
  assert.equal(late.errors[0]?.extensions["code"], "PRECONDITION_FAILED");
});

test("nodes by their ids alone", async () => {
  await using rig = await blogRig();
  const [post] = (await rig.call(Post.list, {})).items;
  const { data, errors } = await rig.run(
    `query ($ada: ID!, $post: ID!, $ids: [ID!]!) {
      user: node(id: $ada) { __typename id ... on User { displayName } }
      post: node(id: $post) { __typename ... on Post { title author { displayName } } }
      none: node(id: "x") { id }
      nodes(ids: $ids) { __typename id }
    }`,
    {
      variables: {
        ada: rig.ada,
        post: post?.id,
        ids: [post?.id, "00000000-0000-7000-8000-000000000000", rig.ada],
      },
    },
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(data, {
    user: { __typename: "User", id: rig.ada, displayName: "Ada" },
    post: { __typename: "Post", title: "A", author: { displayName: "Ada" } },
    none: null,
    nodes: [{ __typename: "Post", id: post?.id }, null, { __typename: "User", id: rig.ada }],
  });
});

test("variables are refused with path and rule", async () => {
  await using rig = await blogRig();
  const { data, errors } = await rig.run(
    "mutation ($users: [CreateUserInput!]!, $n: Int) { batchCreateUsers(users: $users) { posts(first: $n) { id } } }",
    { variables: { users: [{ displayName: 1, emial: "x" }, null], n: 1.5 } },
  );
  assert.equal(data, undefined);
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path, extensions["code"]]),
    [[undefined, "INVALID_INPUT"]],
  );
  const violations = errors[0]?.extensions["violations"] as readonly { path: string; rule: string }[];
  assert.deepEqual(
    violations.map(({ path, rule }) => `${path}: ${rule}`),
    [
      "users[0].displayName: type",
      "users[0].email: required",
      "users[0].emial: unknownField",
      "users[1]: required",
      "n: type",
    ],
  );
});

test("introspection", async () => {
  await using rig = await blogRig();
  const { data } = await rig.run(
    '{ __type(name: "Post") { name interfaces { name } } __schema { queryType { name } } }',
  );
  assert.deepEqual(data, {
    __type: { name: "Post", interfaces: [{ name: "Node" }] },
    __schema: { queryType: { name: "Query" } },
  });
});
