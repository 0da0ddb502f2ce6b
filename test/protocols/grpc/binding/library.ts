import { type Api, api, command, proto, resource, rule, subscription, t, version } from "fourfold";

const librarian = rule("librarian", ({ caller }) => caller !== null);

export const Book = resource("Book", {
  fields: {
    id: t.id(),
    title: t.string({ minLength: 1, maxLength: 40 }),
    subtitle: t.string({ optional: true }),
    genre: t.enum(["novel", "poetry", "science"], { default: "novel" }),
    pages: t.int32({ optional: true, minimum: 1 }),
    tags: t.list(t.string({ maxLength: 10 }), { default: [] }),
    publisher: t.object(
      { name: t.string({ minLength: 2 }), city: t.string({ optional: true }) },
      { optional: true },
    ),
    publishedAt: t.timestamp({ optional: true }),
    secret: t.string({ optional: true }),
  },
  pageSize: { default: 10, max: 50 },
  allow: { fields: { secret: librarian } },
});

const ticks = subscription("ticks", {
  input: { to: t.int32({ default: 3 }) },
  output: { value: t.int32() },
  async *handle({ input }) {
    for (let value = 1; value <= input.to; value++) yield { value };
  },
});

const total = command("total", {
  messages: { amountInCents: t.int32({ minimum: 0 }) },
  output: { total: t.int64() },
  async handle({ messages }) {
    let sum = 0n;
    for await (const { amountInCents } of messages) sum += BigInt(amountInCents);
    return { total: sum };
  },
});

const echo = subscription("echo", {
  messages: { amountInCents: t.int32({ minimum: 0 }) },
  output: { value: t.int32() },
  async *handle({ messages }) {
    for await (const { amountInCents } of messages) yield { value: amountInCents };
  },
});

const kinds = command("kinds", {
  input: {
    flag: t.boolean({ optional: true }),
    raw: t.bytes({ optional: true }),
    ratio: t.float({ default: 0.5 }),
    big: t.int64(),
    maybe: t.boolean({ optional: true }),
    items: t.list(t.object({ displayName: t.string({ maxLength: 3 }), count: t.int32({ optional: true }) })),
    one: t.string({ optional: true }),
    other: t.int32({ optional: true }),
  },
  output: { seen: t.string() },
  handle: ({ input }) => ({
    seen: JSON.stringify(input, (_, value) => (typeof value === "bigint" ? `${value}n` : value)),
  }),
});

/** An API under a .proto that is older than it. */
export const library: Api = api("shelf", {
  resources: [Book],
  operations: [ticks, total, echo, kinds],
  versions: [version("1", { renamed: [[Book.fields.title, "bookTitle"]] }), version("2")],
  authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
  protos: [
    proto(new URL("./library.proto", import.meta.url), {
      version: "1",
      methods: {
        "Books.Fetch": { operation: Book.get, fields: { "FetchResponse.book": "*" } },
        "Books.Add": {
          operation: Book.create,
          fields: { "AddRequest.book": "*" },
        },
        "Books.Change": { operation: Book.update, fields: { "ChangeRequest.book": "*" } },
        "Books.Remove": Book.delete,
        "Books.Page": { operation: Book.list, fields: { where: "filter" } },
        "Books.Stream": { operation: Book.list, fields: { where: "filter" } },
        "Books.Changes": {
          operation: Book.watch,
          fields: {
            where: "filter",
            kind: "type",
            book: "row",
            "Change.Kind.IS": "snapshot",
            "Change.Kind.READY": "synced",
          },
        },
        "Readers.Watch": ticks,
        "acme.library.Readers.Total": total,
        "Readers.Echo": echo,
        "Readers.Kinds": kinds,
      },
      refused: ["Books.Lend"],
      fields: { isbn_id: "id", legacy: null, "Genre.GENRE_SCI": "science" },
    }),
  ],
});
