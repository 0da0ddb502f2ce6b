import assert from "node:assert/strict";
import { test } from "node:test";
import { api, command, query, resource, rule, signedIn, t } from "fourfold";
import { type Answer, startTest, type TestServer } from "fourfold/testing";

const keeper = rule("keeper", ({ caller }) => caller?.roles.includes("keeper") ?? false);

const Author = resource("Author", {
  fields: { id: t.id(), name: t.string() },
  cache: { maxAge: "1h", visibility: "public", negative: "1h" },
});
const Book = resource("Book", {
  fields: {
    id: t.id(),
    title: t.string(),
    author: t.ref(() => Author, { inverse: "books", onDelete: "cascade" }),
  },
  cache: { maxAge: "1h", visibility: "public" },
});
const Note = resource("Note", {
  fields: { id: t.id(), owner: t.string(), text: t.string(), grade: t.int32({ default: 7 }) },
  // Stated as public, and kept apart all the same: what callers see differs.
  cache: { maxAge: "1h", visibility: "public" },
  allow: { rows: ({ caller }) => ({ owner: caller?.id ?? "nobody" }), fields: { grade: keeper } },
});
const made = { shelf: 0, slow: 0, mine: 0, best: 0 };
const shelf = query("shelf", {
  output: t.list(t.string()),
  cache: { maxAge: "1h", visibility: "public", reads: [Book] },
  handle: async ({ db }) => {
    made.shelf++;
    return (await db(Book).list({ orderBy: "title" })).map(({ title }) => title);
  },
});
const slow = query("slow", {
  input: { key: t.string() },
  output: t.int32(),
  cache: { maxAge: "1h", visibility: "public" },
  handle: async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return ++made.slow;
  },
});
const mine = query("mine", {
  output: t.string(),
  allow: signedIn,
  cache: { maxAge: "1h" },
  handle: ({ caller }) => {
    made.mine++;
    return `of ${caller?.id}`;
  },
});
/** Its answer has a row with a field that a rule hides. */
const best = query("best", {
  output: { note: t.row(Note, { nullable: true }), others: t.list(t.row(Note)) },
  cache: { maxAge: "1h", visibility: "public" },
  handle: async ({ db }) => {
    made.best++;
    const [note = null, ...others] = await db(Note).list();
    return { note, others };
  },
});
const top = query("top", {
  output: Note,
  handle: async ({ db }) => (await db(Note).list())[0] ?? ({} as never),
});
const retitle = command("retitle", {
  input: { to: t.string(), fail: t.boolean({ default: false }) },
  handle: async ({ input, db }) => {
    await db.transaction(async (within) => {
      for (const book of await within(Book).list()) await within(Book).update(book.id, { title: input.to });
      if (input.fail) throw new Error("rolled back");
    });
  },
});

const library: ReturnType<typeof api> = api("library", {
  resources: [Author, Book, Note],
  operations: [shelf, slow, mine, best, top, retitle],
  authenticate: ({ bearer }) =>
    bearer === null ? null : { id: bearer, roles: bearer === "kim" ? ["keeper"] : [], claims: {} },
});

interface Rows {
  readonly server: TestServer;
  readonly author: string;
  readonly book: string;
}

async function open(): Promise<Rows> {
  const server = await startTest(library);
  const author = (await server.call(Author.create, { name: "Ada" })).id;
  const book = (await server.call(Book.create, { title: "Notes", authorId: author })).id;
  return { server, author, book };
}

async function counter(server: TestServer, name: string): Promise<number> {
  const { text } = await server.request("GET /metrics");
  return Number(new RegExp(`^fourfold_cache_${name} (\\d+)`, "m").exec(text)?.[1]);
}

test("a hit serves the same bytes, in every version and coding, without the handler", async () => {
  const { server } = await open();
  await using _ = server;
  made.shelf = 0;
  const first = await server.request("GET /shelf");
  for (let time = 0; time < 3; time++) {
    const again = await server.request("GET /shelf");
    assert.deepEqual(again.bytes, first.bytes);
    assert.equal(again.headers["etag"], first.headers["etag"]);
  }
  assert.equal(made.shelf, 1);
  assert.equal(first.headers["cache-control"], "public, max-age=3600");
  assert.ok((await counter(server, "hits_total")) >= 3);
});

test("a write by any way drops what it made stale", async () => {
  const writes: Record<string, (rows: Rows) => Promise<unknown>> = {
    update: ({ server, book }) => server.request(`PATCH /books/${book}`, { json: { title: "New" } }),
    replace: ({ server, book, author }) =>
      server.request(`PUT /books/${book}`, { json: { title: "New", authorId: author } }),
    delete: ({ server, book }) => server.request(`DELETE /books/${book}`),
    "delete that cascades": ({ server, author }) => server.request(`DELETE /authors/${author}`),
    transaction: ({ server }) => server.request("POST /retitle", { json: { to: "New" } }),
    "in this process": ({ server, book }) => server.call(Book.update, { id: book, title: "New" }),
    "under an idempotency key": ({ server, book }) =>
      server.request(`PATCH /books/${book}`, { json: { title: "New" }, headers: { "idempotency-key": "k" } }),
    "the other version's address": ({ server, book }) =>
      server.request(`PATCH /api/v1/books/${book}`, { json: { title: "New" } }),
  };
  for (const [way, write] of Object.entries(writes)) {
    const rows = await open();
    await using server = rows.server;
    const lines = [
      `GET /books/${rows.book}`,
      "GET /books",
      "GET /shelf",
      `GET /books:batchGet?ids=${rows.book}`,
    ];
    const read = (): Promise<readonly Answer[]> => Promise.all(lines.map((line) => server.request(line)));
    const old = await read();
    assert.ok(old.every(({ status }) => status === 200));
    await write(rows);
    for (const [index, answer] of (await read()).entries()) {
      assert.doesNotMatch(answer.text, /Notes/, `${way}: ${lines[index]} is stale`);
      assert.notEqual(answer.headers["etag"], old[index]?.headers["etag"]);
    }
  }
});

test("a create drops lists, and a not-found that was kept", async () => {
  const { server, author } = await open();
  await using _ = server;
  for (const create of [
    () => server.request("POST /books", { json: { title: "Second", authorId: author } }),
    () =>
      server.request("POST /books:batchCreate", { json: { books: [{ title: "Third", authorId: author }] } }),
    () =>
      server.request("POST /books", {
        json: { title: "Fourth", authorId: author },
        headers: { "idempotency-key": "c" },
      }),
  ]) {
    const before = await server.request("GET /shelf");
    await create();
    const after = await server.request("GET /shelf");
    assert.equal((after.json as unknown[]).length, (before.json as unknown[]).length + 1);
  }
});

test("what was rolled back drops nothing that was not changed, and leaves no trace", async () => {
  const { server, book } = await open();
  await using _ = server;
  const before = await server.request(`GET /books/${book}`);
  assert.equal((await server.request("POST /retitle", { json: { to: "Lost", fail: true } })).status, 500);
  const after = await server.request(`GET /books/${book}`);
  assert.deepEqual(after.bytes, before.bytes);
  assert.equal(after.headers["etag"], before.headers["etag"]);
  assert.deepEqual((await server.request("GET /shelf")).json, ["Notes"]);
});

test("a reader while a row is being written never keeps the old one", async () => {
  const { server, book } = await open();
  await using _ = server;
  for (let round = 0; round < 30; round++) {
    const title = `Title ${round}`;
    await Promise.all([
      server.request(`GET /books/${book}`),
      server.request(`PATCH /books/${book}`, { json: { title } }),
      server.request(`GET /books/${book}`),
      server.request("GET /shelf"),
    ]);
    assert.equal(((await server.request(`GET /books/${book}`)).json as { title: string }).title, title);
    assert.deepEqual((await server.request("GET /shelf")).json, [title]);
  }
});

test("not-found is kept where that is asked for, and forgotten with the row", async () => {
  const { server, author } = await open();
  await using _ = server;
  const misses = async (): Promise<number> => counter(server, "misses_total");
  const id = "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f";
  const first = await misses();
  for (let time = 0; time < 3; time++) assert.equal((await server.request(`GET /authors/${id}`)).status, 404);
  assert.equal((await misses()) - first, 1, "one look for three");
  for (let time = 0; time < 3; time++) assert.equal((await server.request(`GET /books/${id}`)).status, 404);
  assert.equal((await misses()) - first, 4, "off where it is not stated");
  assert.equal((await server.request(`GET /authors/${author}`)).status, 200);
  await server.request(`DELETE /authors/${author}`);
  assert.equal((await server.request(`GET /authors/${author}`)).status, 404);
});

test("who ask for the same at the same time share one answer; errors are not kept", async () => {
  const { server } = await open();
  await using _ = server;
  made.slow = 0;
  const answers = await Promise.all(Array.from({ length: 20 }, () => server.request("GET /slow?key=a")));
  assert.deepEqual(new Set(answers.map(({ text }) => text)), new Set(["1"]));
  assert.equal(made.slow, 1);
  assert.equal((await server.request("GET /slow?key=b")).text, "2", "another input");
});

test("one who goes away does not end it for the others", async () => {
  const { server } = await open();
  await using _ = server;
  made.slow = 0;
  const leaving = new AbortController();
  const first = server.request("GET /slow?key=z", { signal: leaving.signal });
  const second = server.request("GET /slow?key=z");
  setTimeout(() => leaving.abort(), 10);
  await assert.rejects(first);
  assert.equal((await second).text, "1");
});

test("callers never share what is private, nor what rules make differ", async () => {
  const { server } = await open();
  await using _ = server;
  const caller = (id: string): { id: string; roles: readonly string[]; claims: object } => ({
    id,
    roles: [],
    claims: {},
  });
  for (const id of ["ann", "bob"])
    await server.call(Note.create, { owner: id, text: `private of ${id}` }, caller(id) as never);
  made.mine = 0;
  for (const bearer of ["ann", "bob", "ann", "bob"]) {
    const own = await server.request("GET /mine", { bearer });
    assert.equal(own.text, `"of ${bearer}"`);
    assert.equal(own.headers["cache-control"], "private, max-age=3600");
    assert.match(own.headers["vary"] ?? "", /authorization/);
    const notes = await server.request("GET /notes", { bearer });
    assert.equal((notes.json as { notes: unknown[] }).notes.length, 1);
    assert.match(notes.text, new RegExp(`private of ${bearer}`));
    assert.match(notes.headers["cache-control"] ?? "", /^private/);
  }
  assert.equal(made.mine, 2);
  assert.equal(
    (await server.request("GET /mine")).status,
    401,
    "a cached answer is not for who may not call",
  );
  assert.deepEqual((await server.request("GET /notes")).json, { notes: [], nextPageToken: "" });
});

test("hidden fields stay hidden in the answers of any operation, cached or not", async () => {
  const { server } = await open();
  await using _ = server;
  for (const owner of ["ann", "ann"])
    await server.call(Note.create, { owner, text: "T", grade: 4711 }, { id: "ann", roles: [], claims: {} });
  for (const line of ["GET /best", "GET /top", "GET /notes"]) {
    const seen = await server.request(line, { bearer: "kim" });
    if (line !== "GET /notes") assert.match(seen.text, /4711/, line);
    const hidden = await server.request(line, { bearer: "ann" });
    assert.equal(hidden.status, 200);
    assert.doesNotMatch(hidden.text, /4711/, line);
    assert.match(hidden.text, /"grade":null/);
    assert.match(hidden.headers["cache-control"] ?? "", /^private/);
  }
});

test("answers with related rows are for this caller, now", async () => {
  const { server, author } = await open();
  await using _ = server;
  const plain = await server.request(`GET /authors/${author}`);
  assert.equal(plain.headers["cache-control"], "public, max-age=3600");
  const first = await server.request(`GET /authors/${author}?include=books`);
  assert.equal(first.headers["cache-control"], "private, no-cache");
  assert.match(first.headers["vary"] ?? "", /authorization/);
  const same = await server.request(`GET /authors/${author}?include=books`, {
    headers: { "if-none-match": first.headers["etag"] ?? "" },
  });
  assert.equal(same.status, 304);
  assert.equal(same.headers["cache-control"], "private, no-cache");
  await server.request("POST /books", { json: { title: "More", authorId: author } });
  assert.match((await server.request(`GET /authors/${author}?include=books`)).text, /More/);
});

test("without a cache everything is asked anew, and HTTP caches are told the same", async () => {
  await using server = await startTest(library, { cache: false });
  made.shelf = 0;
  for (let time = 0; time < 3; time++)
    assert.equal((await server.request("GET /shelf")).headers["cache-control"], "public, max-age=3600");
  assert.equal(made.shelf, 3);
});
