import assert from "node:assert/strict";
import { test } from "node:test";
import { api, resource, signedIn, t } from "fourfold";
import blog, { Post, User } from "../../../../examples/blog/api.ts";
import { openRig, type Rig } from "./rig.ts";

const nested = "{ users { posts { author { posts { id } } } } }";

async function filled(users: number): Promise<Rig> {
  const rig = await openRig(blog, "2");
  for (let index = 0; index < users; index++) {
    const user = await rig.call(User.create, { displayName: `U${index}`, email: `u${index}@example.com` });
    for (const title of ["A", "B"]) await rig.call(Post.create, { title, content: "...", authorId: user.id });
  }
  return rig;
}

/** Statements that reading took. */
async function readsOf(rig: Rig, work: () => Promise<unknown>): Promise<number> {
  const before = rig.store?.reads ?? 0;
  await work();
  return (rig.store?.reads ?? 0) - before;
}

test("a level of a query is one statement, however many rows there are", async () => {
  for (const users of [1, 3, 40]) {
    await using rig = await filled(users);
    assert.equal(await readsOf(rig, () => rig.runBy("compiled", nested)), 4);
  }
});

test("requests of one turn share their statements, whichever documents they run", async () => {
  await using rig = await filled(5);
  const run = (text: string): Promise<unknown> => rig.runBy("compiled", text);
  assert.equal(await readsOf(rig, () => Promise.all(Array.from({ length: 25 }, () => run(nested)))), 4);
  const [one, two] = (await rig.call(User.list, {})).items;
  const get = (id = ""): string => `{ user(id: "${id}") { email posts { title } } }`;
  const other = `{ a: user(id: "${two?.id}") { email posts { title } } b: user(id: "x") { email } }`;
  const texts = [get(one?.id), get(two?.id), get("none"), other];
  assert.equal(await readsOf(rig, () => Promise.all(texts.map(run))), 2);
});

test("only what is selected is read", async () => {
  await using rig = await filled(1);
  const selected: (readonly string[] | undefined)[] = [];
  const table = rig.store?.table("posts").joined;
  assert.ok(table !== undefined);
  const listEach = table.listEach.bind(table);
  table.listEach = (query) => {
    selected.push(query.columns);
    return listEach(query);
  };
  await rig.runBy("compiled", "{ users { posts { title } } }");
  await rig.runBy(
    "compiled",
    '{ users { postsConnection(orderBy: "publishedAt") { edges { cursor } nodes { id } } } }',
  );
  await rig.runBy("compiled", "{ users { posts { title rowVersion } } }");
  assert.deepEqual(selected, [["title"], ["id", "publishedAt"], ["_version", "title"]]);
});

test("callers with other rights do not share what they read", async () => {
  const Note = resource("Note", {
    fields: { id: t.id(), owner: t.string(), secret: t.string() },
    allow: {
      rows: ({ caller }) => ({ owner: caller?.id ?? "" }),
      fields: { secret: signedIn },
    },
  });
  await using rig = await openRig(api("notes", { resources: [Note] }));
  for (const owner of ["kim", "lee", "lee", ""]) await rig.call(Note.create, { owner, secret: "s" });
  const kim = { id: "kim", roles: [], claims: {} };
  const lee = { id: "lee", roles: [], claims: {} };
  const text = "{ notes { owner secret } }";
  const answers = await Promise.all([
    rig.runBy("compiled", text, { as: kim }),
    rig.runBy("compiled", text, { as: lee }),
    rig.runBy("compiled", text),
  ]);
  assert.deepEqual(
    answers.map((answer) => answer?.data?.["notes"]),
    [
      [{ owner: "kim", secret: "s" }],
      [
        { owner: "lee", secret: "s" },
        { owner: "lee", secret: "s" },
      ],
      [{ owner: "", secret: null }],
    ],
  );
});

test("a name of the caller's own is no more than a name", async () => {
  await using rig = await filled(1);
  const { data } = await rig.run(
    "{ constructor: users { __proto__: id toString: displayName a__: __typename } }",
  );
  assert.match(
    JSON.stringify(data),
    /^{"constructor":\[{"__proto__":"[^"]*","toString":"U0","a__":"User"}\]}$/,
  );
});
