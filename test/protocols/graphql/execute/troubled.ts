import { type Api, api, command, error, query, resource, rule, signedIn, t } from "fourfold";

/** What commands have done. */
export const changes: string[] = [];

const Trouble = error("TROUBLE", {
  kind: "failed_precondition",
  message: "There is trouble",
  details: { why: t.string(), at: t.timestamp() },
});

const never = rule("never", () => false, { message: "Nobody may" });
const later = rule("later", () => Promise.resolve(true));

/** What handlers answer, against their definition too. */
const wrong = (value: unknown): never => value as never;

const shelves: readonly {
  readonly id: string;
  readonly label: string;
  readonly note: string | null;
  readonly size: number;
  readonly open: boolean | null;
}[] = [
  { id: "t1", label: "One", note: null, size: 7, open: true },
  { id: "t2", label: "Two", note: "n", size: 8, open: false },
  // A label must not be null, nor a size a fraction.
  wrong({
    id: "bad",
    label: null,
    note: 5,
    size: 1.5,
    open: "yes",
  }),
];

/** Rows that no store keeps; some are not as they should be. */
export const Shelf = resource("Shelf", {
  plural: "shelves",
  fields: {
    id: t.id(),
    label: t.string(),
    note: t.string({ optional: true }),
    size: t.int32(),
    open: t.boolean({ optional: true }),
  },
  handlers: {
    list: async ({ input }) => {
      if (input.pageSize === 7) throw new Error("secret");
      return { items: input.pageSize === 3 ? shelves : shelves.slice(0, 2), nextPageToken: "" };
    },
    get: ({ input }) => {
      if (input.id === "x") throw Trouble({ why: "x", at: new Date(0) });
      return shelves.find(({ id }) => id === input.id) ?? null;
    },
    batchGet: ({ input: { ids } }) => ids.map((id) => shelves.find((shelf) => shelf.id === id) ?? null),
  },
  errors: [Trouble],
});

const books = ["t1", "t1", "t2", "bad", "broken"].map((shelfId, index) => ({
  id: `b${index}`,
  title: `Title ${index}`,
  shelfId,
  spareId: index % 2 === 0 ? null : "t2",
}));

export const Book = resource("Book", {
  fields: {
    id: t.id(),
    title: t.string(),
    shelf: t.ref(() => Shelf, { inverse: "books" }),
    spare: t.ref(() => Shelf, { optional: true, inverse: "spares" }),
  },
  handlers: {
    list: ({ input }) => ({ items: input.pageSize === 50 ? books : books.slice(0, 4), nextPageToken: "" }),
    get: async ({ input }) => books.find(({ id }) => id === input.id) ?? books[0] ?? null,
  },
  related: {
    shelf: async ({ input: { ids, limit } }) =>
      ids.map((id) => books.filter((book) => book.shelfId === id).slice(0, limit)),
    // A batch fails as a whole, whoever asks for how much of it.
    spare: ({ input: { ids, limit } }) => {
      if (limit === 4) throw Trouble({ why: "spare", at: new Date(1) });
      return ids.map(() => []);
    },
  },
  allow: { fields: { title: later } },
});

/** Rows of a store, of which fields and lists are not for everybody. */
export const Coin = resource("Coin", {
  // Nothing that makes ids of its own.
  methods: ["get", "list"],
  fields: {
    id: t.id(),
    name: t.string(),
    worth: t.int64({ default: 5n }),
    made: t.timestamp({ optional: true }),
  },
  allow: { fields: { worth: signedIn }, call: { list: never } },
});

const part = t.object({
  name: t.string(),
  weight: t.float({ optional: true }),
  tags: t.list(t.string({ nullable: true }), { optional: true }),
  kind: t.enum(["soft", "hard"], { optional: true }),
});

/** Values of every sort, some of them wrong: nulls where none may be, lists that are none. */
export const parts = query("parts", {
  input: { of: t.string({ optional: true }), many: t.int32({ default: 2 }) },
  output: {
    whole: t.list(part),
    maybe: t.list(t.object({ name: t.string(), part: part }, { nullable: true }), { optional: true }),
    deep: t.list(t.list(t.int32({ nullable: true })), { optional: true }),
    shelf: t.row(Shelf, { optional: true }),
    shelves: t.list(t.row(Shelf), { optional: true }),
    any: t.json({ optional: true }),
  },
  handle: ({ input }) => {
    if (input.of === "x y") throw Trouble({ why: "parts", at: new Date(2) });
    const name = input.of === "null" ? wrong(null) : `n${input.many}`;
    const one = { name, weight: 1.5, tags: ["a", null], kind: "soft" as const };
    return {
      whole: input.of === "" ? wrong([]) : Array.from({ length: 2 }, () => one),
      maybe: [null, { name: "m", part: one }, { name: "w", part: wrong(input.of === "a" ? "text" : one) }],
      deep: input.of === "bad" ? wrong([[1, null], 7]) : [[1, null], []],
      shelf: input.of === "Ada" ? shelves[2] : shelves[0],
      shelves: input.of === "a" ? wrong([shelves[0], null]) : shelves.slice(0, input.many),
      any: { a: [1, "x"] },
    };
  },
});

export const number = query("number", {
  input: { of: t.string() },
  output: t.int32(),
  handle: async ({ input }) => (input.of === "bad" ? wrong(1.5) : input.of.length),
});

export const sorted = query("sorted", {
  rest: "POST /sorted",
  input: {
    by: t.enum(["up", "down"], { optional: true }),
    items: t.list(t.object({ a: t.int32({ default: 3 }) })),
  },
  output: t.list(t.int32()),
  handle: ({ input }) => input.items.map(({ a }) => (input.by === "down" ? -a : a)),
});

export const note = command("note", {
  input: { text: t.string(), times: t.int32({ default: 1 }) },
  output: t.int32({ nullable: true }),
  handle: ({ input }) => {
    changes.push(`note ${input.text} ${input.times}`);
    if (input.text === "bad") throw Trouble({ why: "note", at: new Date(3) });
    return input.times === 0 ? null : input.times;
  },
});

/** Must not be null: what comes after it is not done. */
export const strict = command("strict", {
  input: { text: t.string() },
  output: t.row(Shelf),
  handle: async ({ input }) => {
    changes.push(`strict ${input.text}`);
    if (input.text === "a") throw new Error("secret");
    return input.text === "bad" ? wrong(null) : (shelves[input.text === "Ada" ? 2 : 0] ?? wrong(null));
  },
});

export const told = command("told", {
  input: { text: t.string() },
  output: Shelf,
  errors: [Trouble],
  graphql: { errors: "payload" },
  handle: ({ input }) => {
    changes.push(`told ${input.text}`);
    if (input.text.startsWith("x")) throw Trouble({ why: input.text, at: new Date(4) });
    if (input.text === "bad") throw new Error("secret");
    return shelves[0] ?? wrong(null);
  },
});

export const troubled: Api = api("troubled", {
  resources: [Shelf, Book, Coin],
  operations: [parts, number, sorted, note, strict, told],
});
