import type { FieldReference } from "../../src/define/definition.ts";
import { type ErrorKindRow, errorKinds } from "../../src/errors/kinds.ts";
import {
  type Api,
  api,
  channel,
  command,
  type Database,
  error,
  type Operation,
  type Page,
  query,
  resource,
  rule,
  subscription,
  t,
  type Version,
  version,
} from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<_T extends true>(): void {}
type Row<R> = R extends { readonly "~type"?: infer T } ? Exclude<T, undefined> : never;
type InputOf<O> = O extends Operation<infer I, unknown> ? I : never;
type OutputOf<O> = O extends Operation<never, infer T> ? T : never;

// Every kind has a whole row.
export const kinds: Readonly<Record<string, ErrorKindRow>> = errorKinds;

// Errors: details are named, typed by their fields, and none are none.
const Gone = error("GONE", { kind: "not_found" });
const Late = error("LATE", {
  kind: "failed_precondition",
  details: { since: t.timestamp(), by: t.int64(), why: t.enum(["a", "b"]) },
});
Gone();
Late({ since: new Date(), by: 1n, why: "a" });
// @ts-expect-error: there are no details
Gone({ a: 1 });
// @ts-expect-error: a detail is missing
Late({ since: new Date(), by: 1n });
// @ts-expect-error: no such word
Late({ since: new Date(), by: 1n, why: "c" });
// @ts-expect-error: no such kind
error("BAD", { kind: "notfound" });

// References, to each other and to the resource itself.
const Category = resource("Category", {
  fields: {
    id: t.id(),
    name: t.string({ unique: Gone }),
    parent: t.ref("Category", { optional: true, onDelete: "setNull", inverse: "children" }),
    weight: t.float({ nullable: true, default: null }),
  },
});
const Article = resource("Article", {
  fields: {
    id: t.id(),
    title: t.string(),
    category: t.ref(() => Category, { inverse: "articles" }),
    secret: t.string({ writeOnly: true }),
    state: t.enum(["draft", "live"], { default: "draft" }),
    seen: t.int64({ readOnly: true, default: 0n }),
    at: t.timestamp({ optional: true }),
    tags: t.list(t.enum(["x", "y"]), { default: [] }),
  },
});
expectType<
  Equal<
    Row<typeof Category>,
    {
      readonly id: string;
      readonly name: string;
      readonly parentId: string | null;
      readonly weight: number | null;
    }
  >
>();
expectType<
  Equal<
    InputOf<typeof Category.create>,
    {
      readonly name: string;
      readonly parentId?: string | null | undefined;
      readonly weight?: number | null | undefined;
    }
  >
>();
expectType<
  Equal<
    InputOf<typeof Article.create>,
    {
      readonly title: string;
      readonly categoryId: string;
      readonly secret: string;
      readonly state?: "draft" | "live" | undefined;
      readonly at?: Date | null | undefined;
      readonly tags?: readonly ("x" | "y")[] | undefined;
    }
  >
>();
expectType<Equal<InputOf<typeof Article.get>, { readonly id: string }>>();
expectType<Equal<OutputOf<typeof Article.delete>, void>>();
expectType<
  Equal<
    keyof typeof Article.fields,
    "id" | "title" | "category" | "secret" | "state" | "seen" | "at" | "tags"
  >
>();
// @ts-expect-error: a reference has no such action
t.ref(() => Category, { onDelete: "nullify" });

// The database of handlers.
export async function database(db: Database): Promise<void> {
  const row = await db(Article).get("id");
  expectType<Equal<typeof row, Row<typeof Article>>>();
  expectType<
    Equal<Awaited<ReturnType<ReturnType<typeof db<typeof Article.definition.fields>>["count"]>>, number>
  >();
  await db(Article).list({
    where: { state: "live", seen: { gte: 5n }, at: null },
    orderBy: "title desc",
    limit: 5,
  });
  await db(Article).list({ where: [{ state: "live" }, { title: { prefix: "A" } }] });
  await db(Article).list({ where: { categoryId: { in: ["a", "b"] }, at: { lt: new Date() } } });
  await db(Article)
    .create({ title: "a", categoryId: "b", secret: "s", seen: 4n })
    .catch(() => undefined);
  const made = await db.transaction(async (inner) => inner(Article).update("id", { seen: 4n, at: null }));
  expectType<Equal<typeof made, Row<typeof Article>>>();
  // @ts-expect-error: no such word
  await db(Article).list({ where: { state: "dead" } });
  // @ts-expect-error: no such field
  await db(Article).list({ where: { category: "b" } });
  // @ts-expect-error: of another type
  await db(Article).list({ where: { seen: { gte: 5 } } });
  // @ts-expect-error: a required field is missing
  await db(Article).create({ title: "a", secret: "s" });
  // @ts-expect-error: not null
  await db(Article).update("id", { title: null });
}

// Operations: collections, whole rows in outputs, streams.
export const purge = command("purge", {
  on: Article,
  scope: "collection",
  input: { before: t.timestamp(), of: t.ref(() => Category, { optional: true }) },
  output: { removed: t.int32(), rows: t.list(t.row(Article)), first: t.row(Article, { nullable: true }) },
  async handle({ input, target, db }) {
    expectType<Equal<typeof target, undefined>>();
    expectType<Equal<typeof input, { readonly before: Date; readonly ofId?: string | undefined }>>();
    const rows = await db(Article).list({ where: { at: { lt: input.before } } });
    return { removed: rows.length, rows, first: rows[0] ?? null };
  },
});
expectType<Equal<InputOf<typeof purge>, { readonly before: Date; readonly ofId?: string | undefined }>>();
expectType<
  Equal<
    OutputOf<typeof purge>,
    {
      readonly removed: number;
      readonly rows: readonly Row<typeof Article>[];
      readonly first: Row<typeof Article> | null;
    }
  >
>();
export const maybe = query("maybe", {
  output: t.string({ nullable: true }),
  handle: () => null,
});
expectType<Equal<OutputOf<typeof maybe>, string | null>>();
export const items = query("items", {
  output: { all: t.list(t.string({ nullable: true })), rows: t.list(t.row(Category, { optional: true })) },
  handle: () => ({ all: ["a", null], rows: [null] }),
});
expectType<Equal<OutputOf<typeof items>["all"], readonly (string | null)[]>>();
export const ticks = subscription("ticks", {
  input: { every: t.int32({ default: 1000 }) },
  output: { at: t.timestamp() },
  async *handle({ input, signal, now }) {
    expectType<Equal<typeof input, { readonly every: number }>>();
    while (!signal.aborted) yield { at: now() };
  },
});
expectType<Equal<OutputOf<typeof ticks>, AsyncIterable<{ readonly at: Date }>>>();
expectType<Equal<InputOf<typeof ticks>, { readonly every?: number | undefined }>>();
// Messages: many in, one answer or many out.
export const importing = command("importing", {
  messages: {
    category: t.ref(() => Category),
    count: t.int64({ default: 1n }),
    note: t.string({ optional: true }),
  },
  output: { added: t.int32() },
  async handle({ input, messages, target }) {
    expectType<Equal<keyof typeof input, never>>();
    expectType<Equal<typeof target, undefined>>();
    let added = 0;
    for await (const message of messages) {
      expectType<
        Equal<
          typeof message,
          { readonly categoryId: string; readonly count: bigint; readonly note?: string | undefined }
        >
      >();
      added += 1;
    }
    return { added };
  },
});
type Imported = {
  readonly categoryId: string;
  readonly count?: bigint | undefined;
  readonly note?: string | undefined;
};
expectType<Equal<InputOf<typeof importing>, AsyncIterable<Imported> | Iterable<Imported>>>();
expectType<Equal<OutputOf<typeof importing>, { readonly added: number }>>();
export const talking = subscription("talking", {
  on: Article,
  scope: "collection",
  messages: { word: t.enum(["a", "b"]) },
  output: Article,
  async *handle({ messages, db }) {
    for await (const { word } of messages) {
      expectType<Equal<typeof word, "a" | "b">>();
      yield await db(Article).get(word);
    }
  },
});
expectType<Equal<OutputOf<typeof talking>, AsyncIterable<Row<typeof Article>>>>();
type Words = { readonly word: "a" | "b" };
expectType<Equal<InputOf<typeof talking>, AsyncIterable<Words> | Iterable<Words>>>();
export const sending = query("sending", {
  output: t.int32(),
  async handle({ call }) {
    // @ts-expect-error: no such word
    await call(talking, [{ word: "c" }]);
    // @ts-expect-error: one message, and no list of them
    await call(talking, { word: "a" });
    for await (const row of await call(talking, [{ word: "a" }])) return row.title.length;
    return (await call(importing, [])).added;
  },
});
command("bad", {
  // @ts-expect-error: no messages without the option
  handle: ({ messages }) => messages,
});
query("bad", {
  output: t.int32(),
  // @ts-expect-error: queries take no messages
  messages: { word: t.string() },
  handle: () => 1,
});
subscription("bad", {
  messages: { word: t.string() },
  output: t.int32(),
  // @ts-expect-error: the stream is of another type
  async *handle({ messages }) {
    for await (const { word } of messages) yield word;
  },
});
export const nothing = command("nothing", { handle: () => undefined });
expectType<Equal<OutputOf<typeof nothing>, void>>();
export const calling = query("calling", {
  output: Article,
  async handle({ call }) {
    const page = await call(Article.list, { pageSize: 1 });
    expectType<Equal<typeof page, Page<Row<typeof Article>>>>();
    // @ts-expect-error: no such input
    await call(Article.list, { pagesize: 1 });
    const [row] = page.items;
    if (row === undefined) throw Gone();
    return row;
  },
});
export const typo = query("typo", {
  output: Article,
  // @ts-expect-error: the row lacks fields
  handle: () => ({ id: "a", title: "b" }),
});
subscription("bad", {
  output: { n: t.int32() },
  // @ts-expect-error: the stream is of another type
  async *handle() {
    yield { n: "1" };
  },
});
query("bad", {
  output: t.int32(),
  // @ts-expect-error: queries have no idempotency key
  idempotencyKey: "required",
  handle: () => 1,
});

// A resource's own handlers.
const rows = new Map<string, { readonly id: string; readonly name: string; readonly hits: number }>();
export const Memory = resource("Memory", {
  plural: "memories",
  fields: { id: t.id(), name: t.string(), hits: t.int32({ default: 0 }) },
  handlers: {
    get: ({ input }) => rows.get(input.id) ?? null,
    list: ({ input }) => {
      expectType<Equal<typeof input.pageSize, number | undefined>>();
      return { items: [...rows.values()], nextPageToken: "" };
    },
    create: ({ input }) => {
      expectType<Equal<typeof input.name, string>>();
      return { id: "a", hits: 0, name: input.name };
    },
    update: async ({ input: { id, ifVersion, ...changes } }) => {
      expectType<Equal<typeof ifVersion, number | undefined>>();
      expectType<Equal<typeof changes.name, string | undefined>>();
      return rows.get(id) ?? null;
    },
    delete: ({ input }) => rows.delete(input.id),
  },
  allow: {
    call: { create: rule("writer", ({ caller }) => caller !== null) },
    rows: ({ caller }) => (caller === null ? { hits: { gt: 0 } } : true),
    fields: { hits: rule("staff", ({ caller }) => caller?.roles.includes("staff") ?? false) },
  },
});
resource("Bad", {
  fields: { id: t.id(), name: t.string() },
  // @ts-expect-error: the row lacks a field
  handlers: { get: () => ({ id: "a" }) },
});
resource("Bad", {
  fields: { id: t.id() },
  // @ts-expect-error: there is no such method
  methods: ["lst"],
});
resource("Bad", {
  fields: { id: t.id() },
  // @ts-expect-error: there is no such field
  allow: { fields: { nam: rule("no", () => false) } },
});

// Versions name fields, and only those that there are.
expectType<Equal<typeof Article.fields.title, FieldReference>>();
const older: Version = version("1", {
  renamed: [[Article.fields.title, "name"]],
  absent: [Article.fields.at, Memory, purge, Article.watch],
  converted: [
    [
      Article.fields.seen,
      {
        type: t.int32(),
        toVersion: (seen: bigint) => Number(seen),
        fromVersion: (seen: number) => BigInt(seen),
      },
    ],
  ],
});
// @ts-expect-error: there is no such field
version("1", { renamed: [[Article.fields.titel, "name"]] });
// @ts-expect-error: a name is missing
version("1", { renamed: [[Article.fields.title]] });

// Channels, and all of it together.
const lobby = channel("/ws", {
  message: t.object({ from: t.string(), text: t.text() }),
  receive({ message, others, sender }) {
    expectType<Equal<typeof message, { readonly from: string; readonly text: string }>>();
    others.send(message);
    // @ts-expect-error: a message has its fields
    sender.send("text");
  },
});
export const whole: Api = api("whole", {
  resources: [Category, Article, Memory],
  operations: [purge, maybe, ticks, nothing, calling],
  channels: [lobby],
  versions: [older, version("2")],
  errors: [Gone, Late],
  seed: database,
  authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
});
// @ts-expect-error: an operation is no resource
api("bad", { resources: [purge] });
