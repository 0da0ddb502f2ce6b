import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { type TestContext, test } from "node:test";
import { Client } from "pg";
import { everyRow } from "../../src/schema/condition.ts";
import type { RowValues, StoredRow } from "../../src/schema/table.ts";
import { openPostgresStore, type PostgresStore } from "../../src/store/postgres/open.ts";
import type { Table } from "../../src/store/store.ts";
import { blog, idOf, plain, user } from "../../test/store/tables.ts";
import { notTested, serverForTests, silent } from "./open-store.ts";
import { TcpProxy } from "./tcp-proxy.ts";
import { until } from "./until.ts";

// Rows that many callers insert at the same time: by few statements, and as if each had one of its own.
const skip = notTested;
const server = skip === false ? await serverForTests({ synchronous_commit: "off" }) : null;

interface Opened {
  readonly url: string;
  readonly store: PostgresStore;
  readonly users: Table;
  /** A connection of another program. */
  readonly other: Client;
}

async function opened(
  context: TestContext,
  through: (url: string) => string = (url) => url,
): Promise<Opened> {
  assert.ok(server);
  const url = await server.createDatabase();
  const store = await openPostgresStore({ url: through(url), tables: blog, migrate: "auto", log: silent });
  const other = new Client({ connectionString: url });
  await other.connect();
  context.after(async () => {
    await other.end();
    await store.close();
  });
  return { url, store, users: store.table("users"), other };
}

function range(count: number, from = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

async function insertOne(table: Table, row: RowValues): Promise<StoredRow | undefined> {
  return (await table.insert([row]))[0];
}

/** Runs something as if nothing of what runs now had asked for it. */
const outside = AsyncLocalStorage.snapshot();

/** Transactions that wrote the rows that there are. */
async function transactions({ other }: Opened, table = "users"): Promise<number> {
  const { rows } = await other.query(`select count(distinct xmin::text) as "count" from ${table}`);
  return Number(rows[0]?.count);
}

async function waiting({ other }: Opened): Promise<number> {
  const { rows } = await other.query(
    `select count(*) as "count" from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return Number(rows[0]?.count);
}

test("rows of many callers are one statement, each is told its own, and each is logged", {
  skip,
}, async (context) => {
  const database = await opened(context);
  const { users, store } = database;
  const rows = await Promise.all(
    range(64).map((index) => insertOne(users, user(index, { nick: `n${index}` }))),
  );
  assert.deepEqual(
    rows.map(plain),
    range(64).map((index) => user(index, { nick: `n${index}` })),
  );
  assert.equal(await transactions(database), 1);
  const changes = (await store.changes?.read(0, 100))?.changes ?? [];
  assert.deepEqual(
    changes.map(({ position, id, kind, before, after }) => [position, id, kind, before, after?.row["nick"]]),
    range(64).map((index) => [index + 1, idOf(index), "created", null, `n${index}`]),
  );
});

test("what goes on without a pause takes few statements, and no row is missing or there twice", {
  skip,
}, async (context) => {
  const database = await opened(context);
  const caller = async (index: number): Promise<void> => {
    for (const turn of range(8)) await insertOne(database.users, user(index * 8 + turn));
  };
  await Promise.all(range(64).map(caller));
  assert.equal(await database.users.count(everyRow), 512);
  const statements = await transactions(database);
  assert.ok(statements < 128, `${statements} statements for 512 rows`);
  assert.equal((await database.store.changes?.bounds())?.newest, 512);
});

test("a unique value that is there is told to its caller alone, and all others are written once", {
  skip,
}, async (context) => {
  const database = await opened(context);
  await database.users.insert([user(100, { email: "user7@example.com" })]);
  const written = await Promise.allSettled([
    ...range(20).map((index) => insertOne(database.users, user(index))),
    // Two of one statement that cannot both be, by a unique value and by the id.
    insertOne(database.users, user(20, { nick: "twice" })),
    insertOne(database.users, user(21, { nick: "twice" })),
    insertOne(database.users, user(22)),
    insertOne(database.users, user(22, { email: "other@example.com" })),
  ]);
  const refused = written.flatMap((each, index) =>
    each.status === "rejected" ? [[index, each.reason.code, each.reason.message]] : [],
  );
  assert.deepEqual(refused, [
    [7, "TAKEN", "email user7@example.com"],
    [21, "TAKEN", "nick twice"],
    [23, "CONFLICT", "A row with this id exists already"],
  ]);
  assert.equal(await database.users.count(everyRow), 22);
  assert.equal(await transactions(database), 2, "the first row, and all others");
  assert.equal((await database.store.changes?.bounds())?.newest, 22);
});

test("a reference to no row, and a value that cannot be kept, are told to their callers alone", {
  skip,
}, async (context) => {
  const { store, users } = await opened(context);
  await users.insert([user(1)]);
  const posts = store.table("posts");
  const post = (index: number, values: RowValues = {}): Promise<StoredRow | undefined> =>
    insertOne(posts, { id: idOf(index), title: "t", authorId: idOf(1), editorId: null, ...values });
  const written = await Promise.allSettled([
    ...range(10).map((index) => post(index)),
    post(10, { authorId: idOf(99) }),
    post(11, { title: "a\0b" }),
  ]);
  assert.deepEqual(
    written.slice(10).map((each) => each.status === "rejected" && [each.reason.code, each.reason.message]),
    [
      ["MISSING", `authorId ${idOf(99)}`],
      ["INVALID_INPUT", "title: must be Unicode text without NUL"],
    ],
  );
  assert.ok(written.slice(0, 10).every(({ status }) => status === "fulfilled"));
  assert.equal(await posts.count(everyRow), 10);
  assert.equal((await store.changes?.bounds())?.newest, 11);
});

for (const [how, ends] of [
  ["commit", "TAKEN"],
  ["rollback", "written"],
] as const)
  test(`a row that waits for somebody's transaction (${how}) holds up its own caller only`, {
    skip,
  }, async (context) => {
    const { users, other } = await opened(context);
    // So that an insert is known to be quick: others could be sent behind it on its connection.
    for (const index of range(5, 200)) await insertOne(users, user(index));
    await other.query(
      `begin; insert into users (id, name, email) values ('${idOf(100)}', 'x', 'user7@example.com')`,
    );
    let held = "waits";
    const callers = range(20).map((index) => insertOne(users, user(index)));
    const told = callers[7]?.then(
      () => {
        held = "written";
      },
      ({ code }) => {
        held = code;
      },
    );
    await Promise.all(callers.filter((_, index) => index !== 7));
    assert.equal(held, "waits");
    await other.query(how);
    await told;
    assert.equal(held, ends);
  });

test("a caller who leaves takes nobody along, and when all have left the statement ends", {
  skip,
}, async (context) => {
  const database = await opened(context);
  const { users, other } = database;
  const askers = range(3).map(() => new AbortController());
  const insertAll = (from: number): readonly Promise<StoredRow | undefined>[] =>
    askers.map((asker, index) => insertOne(users.for?.(asker) ?? users, user(from + index)));
  await other.query("begin; lock table users in access exclusive mode");
  const [first, ...others] = insertAll(0);
  await until(async () => (await waiting(database)) === 1, "all wait in one statement");
  askers[0]?.abort();
  await assert.rejects(async () => first, { code: "CANCELLED" });
  assert.equal(await waiting(database), 1);
  await other.query("commit");
  assert.deepEqual(
    (await Promise.all(others)).map((row) => row?.["id"]),
    [idOf(1), idOf(2)],
  );
  await other.query("begin; lock table users in access exclusive mode");
  const second = insertAll(10);
  await until(async () => (await waiting(database)) === 1, "all wait in one statement");
  for (const asker of askers) asker.abort();
  for (const each of second) await assert.rejects(async () => each, { code: "CANCELLED" });
  await until(async () => (await waiting(database)) === 0, "it ends at the server");
  await other.query("commit");
  assert.equal(await users.count(everyRow), 3, "none of the second, and the row of who left the first");
});

test("where a connection breaks, each caller hears that its row may be there, and none is sent again", {
  skip,
}, async (context) => {
  assert.ok(server);
  const proxy = await new TcpProxy(server.port).listen();
  context.after(() => proxy.close());
  const database = await opened(context, (url) => url.replace(`:${server.port}/`, `:${proxy.port}/`));
  const { users, other, store } = database;
  await other.query("begin; lock table users in access exclusive mode");
  const callers = range(8).map((index) => insertOne(users, user(index)));
  await until(async () => (await waiting(database)) === 1, "all wait in one statement");
  proxy.cut();
  for (const each of callers) await assert.rejects(async () => each, { code: "UNAVAILABLE", retryAfter: 1 });
  await other.query("commit");
  await until(async () => (await waiting(database)) === 0, "the server has ended it");
  await insertOne(users, user(100));
  // The server had the statement, and nobody told it that its client had gone.
  await until(async () => (await users.count(everyRow)) === 9, "what was sent is written");
  assert.equal(await transactions(database), 2);
  assert.equal((await store.changes?.bounds())?.newest, 9);
});

test("where there is no connection for them, each caller hears it, and nothing is written later", {
  skip,
}, async (context) => {
  const database = await opened(context, (url) => `${url}?pool_max=1&acquire_timeout=100ms`);
  const { users, store } = database;
  await store.transaction(async (inner) => {
    await inner.table("users").get(idOf(1), null);
    // What came by another way than this transaction's.
    const callers = await outside(() =>
      Promise.allSettled(range(5).map((index) => insertOne(users, user(index)))),
    );
    for (const each of callers) assert.equal(each.status === "rejected" && each.reason.code, "UNAVAILABLE");
  });
  await insertOne(users, user(100));
  assert.equal(await users.count(everyRow), 1);
});

test("what gathers when the store is closed is written", { skip }, async (context) => {
  const { users, store, other } = await opened(context);
  const written = range(5).map((index) => insertOne(users, user(index)));
  await store.close();
  assert.equal((await Promise.all(written)).length, 5);
  assert.equal((await other.query("select from users")).rowCount, 5);
  await assert.rejects(async () => insertOne(users, user(9)), { code: "UNAVAILABLE" });
});

test("columns come and go under the log of a connection that goes on writing", { skip }, async (context) => {
  const { url, other } = await opened(context);
  assert.ok(server);
  const insert = (index: number): Promise<unknown> =>
    other.query(
      `insert into users (id, name, email) select '${idOf(index)}'::uuid, 'n', 'e${index}@example.com'`,
    );
  await insert(1);
  await server.run(`alter table users add column "more" text default 'm'`, url);
  await insert(2);
  await server.run("alter table users drop column nick", url);
  await insert(3);
  const { rows } = await other.query(`select "after" from fourfold_changes order by "entry"`);
  const common = (index: number): RowValues => ({
    id: idOf(index),
    name: "n",
    email: `e${index}@example.com`,
    _version: 1,
  });
  assert.deepEqual(
    rows.map(({ after }) => after),
    [
      { ...common(1), nick: null },
      { ...common(2), nick: null, more: "m" },
      { ...common(3), more: "m" },
    ],
  );
});
