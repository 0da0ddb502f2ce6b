import {
  channel,
  command,
  error,
  type HandlerContext,
  type Operation,
  type Page,
  query,
  resource,
  t,
} from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<_T extends true>(): void {}

const Taken = error("EMAIL_TAKEN", { kind: "already_exists", details: { email: t.email() } });
const User = resource("User", {
  fields: {
    id: t.id(),
    displayName: t.string({ minLength: 1, maxLength: 200 }),
    email: t.email({ unique: Taken, sensitive: true }),
    bio: t.text({ optional: true }),
    level: t.int32({ default: 1 }),
    visits: t.int64({ readOnly: true, default: 0n }),
    role: t.enum(["admin", "member"]),
    tags: t.list(t.string()),
    address: t.object({ city: t.string(), zip: t.string({ optional: true }) }, { nullable: true }),
  },
});
const Post = resource("Post", {
  fields: {
    id: t.id(),
    title: t.string({ minLength: 1 }),
    author: t.ref(() => User, { inverse: "posts" }),
    editor: t.ref("User", { optional: true }),
    publishedAt: t.timestamp({ optional: true, readOnly: true }),
  },
});

type Row<R> = R extends { readonly "~type"?: infer T } ? Exclude<T, undefined> : never;
type InputOf<O> = O extends Operation<infer I, unknown> ? I : never;
type OutputOf<O> = O extends Operation<never, infer T> ? T : never;

expectType<
  Equal<
    Row<typeof Post>,
    {
      readonly id: string;
      readonly title: string;
      readonly authorId: string;
      readonly editorId: string | null;
      readonly publishedAt: Date | null;
    }
  >
>();
expectType<
  Equal<
    InputOf<typeof Post.create>,
    { readonly title: string; readonly authorId: string; readonly editorId?: string | null | undefined }
  >
>();
expectType<
  Equal<
    InputOf<typeof Post.update>,
    {
      readonly id: string;
      readonly ifVersion?: number | undefined;
      readonly title?: string | undefined;
      readonly authorId?: string | undefined;
      readonly editorId?: string | null | undefined;
    }
  >
>();
expectType<Equal<OutputOf<typeof User.list>, Page<Row<typeof User>>>>();
expectType<
  Equal<
    Row<typeof User>,
    {
      readonly id: string;
      readonly displayName: string;
      readonly email: string;
      readonly bio: string | null;
      readonly level: number;
      readonly visits: bigint;
      readonly role: "admin" | "member";
      readonly tags: readonly string[];
      readonly address: { readonly city: string; readonly zip?: string | undefined } | null;
    }
  >
>();

export const publish = command("publish", {
  on: Post,
  output: Post,
  input: { note: t.string({ optional: true }), loud: t.boolean({ default: false }) },
  async handle({ input, target, db, now }) {
    expectType<
      Equal<typeof input, { readonly loud: boolean; readonly note?: string | undefined; readonly id: string }>
    >();
    expectType<Equal<typeof target, Row<typeof Post>>>();
    // @ts-expect-error: there is no such field
    await db(Post).update(target.id, { titel: "x" });
    return db(Post).update(target.id, { publishedAt: now() });
  },
});
expectType<
  Equal<
    InputOf<typeof publish>,
    { readonly note?: string | undefined; readonly loud?: boolean | undefined; readonly id: string }
  >
>();
expectType<Equal<OutputOf<typeof publish>, Row<typeof Post>>>();

export const add = query("add", {
  input: { a: t.int32(), b: t.int32() },
  output: { sum: t.int32() },
  handle: ({ input }) => ({ sum: input.a + input.b }),
});
expectType<Equal<OutputOf<typeof add>, { readonly sum: number }>>();

export const told = command("told", {
  errors: [Taken],
  graphql: { errors: "payload" },
  handle: () => undefined,
});
// @ts-expect-error: there is no such way to tell errors
export const untold = command("untold", { graphql: { errors: "union" }, handle: () => undefined });

export const bad = query("bad", {
  output: t.int32(),
  // @ts-expect-error: the answer is of another type
  handle: () => "text",
});

export const Comment = resource("Comment", {
  fields: { id: t.id(), text: t.string(), post: t.ref(() => Post, { inverse: "comments" }) },
  handlers: { batchGet: ({ input }) => input.ids.map((id) => ({ id, text: "x", postId: id })) },
  related: {
    post: ({ input }) => {
      expectType<Equal<typeof input, { readonly ids: readonly string[]; readonly limit: number }>>();
      return input.ids.map((id) => [{ id, text: "x", postId: id }]);
    },
    // @ts-expect-error: it is no reference
    text: () => [],
  },
});
export const Remark = resource("Remark", {
  fields: { id: t.id(), post: t.ref(() => Post, { inverse: "remarks" }) },
  handlers: { get: () => null },
  // @ts-expect-error: rows of another type
  related: { post: ({ input }) => input.ids.map((id) => [{ id, postId: 7 }]) },
});
// @ts-expect-error: the option is misspelt
export const misspelt = t.string({ minLenght: 1 });
// @ts-expect-error: details are of another type
export const wrong = (): Error => Taken({ email: 1 });
export type Context = HandlerContext;

const lobby = channel("/ws", { message: t.text() });
const desk = channel("/desks/{id}/{side}", {
  message: t.object({ text: t.string() }),
  sends: t.object({ at: t.timestamp() }),
  receive({ channel: to }) {
    to(lobby).send("text");
    // @ts-expect-error a channel's own types hold in handlers of others
    to(lobby).send(5);
  },
});
command("tell", {
  handle({ channel: to }) {
    to(lobby).send("text");
    to(desk, { id: "7", side: "left" }).send({ at: new Date() });
    // @ts-expect-error what is sent, not what is received
    to(desk, { id: "7", side: "left" }).send({ text: "" });
    // @ts-expect-error a room has all names of the path
    to(desk, { id: "7" }).send({ at: new Date() });
    // @ts-expect-error
    to(desk).send({ at: new Date() });
    // @ts-expect-error there is one room
    to(lobby, { id: "7" }).send("text");
  },
});
