import {
  type Api,
  api,
  command,
  error,
  query,
  resource,
  rule,
  signedIn,
  subscription,
  t,
  version,
} from "fourfold";

export const CageFull = error("CAGE_FULL", {
  kind: "failed_precondition",
  details: { cage: t.string(), since: t.timestamp() },
});
export const TagTaken = error("TAG_TAKEN", { kind: "already_exists", details: { tag: t.string() } });

const keeper = rule("keeper", ({ caller }) => caller?.roles.includes("keeper") ?? false, {
  message: "Only keepers",
});

/** Every field kind, with rules, defaults and flags. */
export const Animal = resource("Animal", {
  fields: {
    id: t.id(),
    name: t.string({ minLength: 1, maxLength: 40, indexed: true }),
    story: t.text({ optional: true }),
    contact: t.email({ optional: true }),
    page: t.url({ optional: true }),
    tag: t.string({ unique: TagTaken, optional: true, pattern: /[A-Z]{2}-\d+/ }),
    chip: t.uuid({ optional: true }),
    legs: t.int32({ default: 4, minimum: 0, maximum: 1000 }),
    cells: t.int64({ optional: true, minimum: 0n }),
    weight: t.float({ optional: true }),
    price: t.decimal({ precision: 10, scale: 2, minimum: "0", default: "0.00" }),
    tame: t.boolean({ default: false }),
    photo: t.bytes({ optional: true, maxLength: 2000 }),
    bornAt: t.timestamp({ optional: true }),
    arrived: t.date({ optional: true }),
    diet: t.enum(["plants", "meat", "both"], { default: "both" }),
    extras: t.json({ optional: true, maxDepth: 5 }),
    nicknames: t.list(t.string({ maxLength: 20 }), { maxItems: 5, uniqueItems: true, default: [] }),
    home: t.object(
      {
        country: t.string({ minLength: 2 }),
        latitude: t.float({ optional: true, minimum: -90, maximum: 90 }),
      },
      { optional: true },
    ),
    mood: t.string({ nullable: true, default: "calm" }),
    mother: t.ref(() => Animal, { optional: true, inverse: "children", onDelete: "setNull" }),
    keeper: t.ref(() => Keeper, { optional: true, inverse: "animals", onDelete: "cascade" }),
    secret: t.string({ writeOnly: true, optional: true, sensitive: true }),
    visits: t.int32({ readOnly: true, default: 0 }),
  },
  pageSize: { default: 5, max: 20 },
  batchMax: 10,
});

/** Rules on calls, rows and fields; changes must state the version. */
export const Keeper = resource("Keeper", {
  fields: {
    id: t.id(),
    name: t.string(),
    owner: t.string({ optional: true }),
    salary: t.int32({ default: 100 }),
  },
  requireMatch: true,
  allow: {
    call: { create: signedIn, delete: keeper },
    rows: ({ caller }) => (caller === null ? { owner: null } : [{ owner: null }, { owner: caller.id }]),
    fields: { salary: keeper },
  },
  cache: { maxAge: "1m" },
});

/** Kept by handlers of the application's own. */
const rooms = new Map([["r1", { id: "r1", label: "Reptiles", size: 3 }]]);
export const Room = resource("Room", {
  fields: { id: t.id(), label: t.string(), size: t.int32() },
  handlers: {
    get: ({ input }) => rooms.get(input.id) ?? null,
    list: () => ({ items: [...rooms.values()], nextPageToken: "" }),
  },
  cache: { maxAge: "1m", visibility: "public", negative: "10s" },
});

/** Counts what it is called with. */
export const counted = { ages: 0 };

export const age = query("age", {
  on: Animal,
  input: { inDogYears: t.boolean({ default: false }) },
  output: t.int32(),
  cache: { maxAge: "1m", visibility: "public" },
  handle: ({ target, input }) => {
    counted.ages++;
    return target.legs * (input.inDogYears ? 7 : 1);
  },
});

export const feed = command("feed", {
  on: Animal,
  output: Animal,
  input: { grams: t.int32({ minimum: 1 }), at: t.timestamp({ optional: true }) },
  errors: [CageFull],
  handle: async ({ target, input, db }) => {
    if (input.grams > 1000) throw CageFull({ cage: target.name, since: new Date(0) });
    return db(Animal).update(target.id, { visits: target.visits + 1 });
  },
});

export const rename = command("rename", {
  on: Animal,
  scope: "collection",
  input: { from: t.string(), to: t.string({ minLength: 1 }) },
  output: { renamed: t.int32() },
  idempotencyKey: "required",
  handle: ({ input, db }) =>
    db.transaction(async (within) => {
      const rows = await within(Animal).list({ where: { name: input.from } });
      for (const row of rows) await within(Animal).update(row.id, { name: input.to });
      if (input.to === "fail") throw new Error("secret: rollback");
      return { renamed: rows.length };
    }),
});

export const echo = command("echo", {
  input: {
    word: t.string(),
    count: t.int32({ default: 1 }),
    big: t.int64({ optional: true }),
    when: t.timestamp({ optional: true }),
    octets: t.bytes({ optional: true }),
    any: t.json({ optional: true }),
    list: t.list(t.object({ a: t.int32(), b: t.string({ optional: true }) }), { optional: true }),
  },
  output: {
    word: t.string(),
    count: t.int32(),
    big: t.int64({ optional: true }),
    when: t.timestamp({ optional: true }),
    octets: t.bytes({ optional: true }),
    any: t.json({ optional: true }),
    list: t.list(t.object({ a: t.int32(), b: t.string({ optional: true }) }), { optional: true }),
  },
  handle: ({ input }) => input,
});

export const sum = query("sum", {
  input: { numbers: t.list(t.int32(), { maxItems: 10 }), scale: t.float({ optional: true }) },
  output: t.float(),
  rest: "GET /sums/{scale}",
  handle: ({ input }) => input.numbers.reduce((total, each) => total + each, 0) * (input.scale ?? 1),
});

export const fail = command("fail", {
  input: { how: t.enum(["error", "string", "wrong", "nothing"]) },
  output: t.int32(),
  handle: ({ input }) => {
    if (input.how === "string") throw "secret text";
    if (input.how === "nothing") throw null;
    if (input.how === "wrong") return 1.5;
    throw new Error("secret: a database password");
  },
});

export const forget = command("forget", { allow: keeper, handle: () => undefined });
export const whoami = query("whoami", {
  output: { id: t.string({ nullable: true }) },
  cache: { maxAge: "1m" },
  handle: ({ caller }) => ({ id: caller?.id ?? null }),
});

/** What the handler of `wait` saw. */
export const waited: { aborted: string[]; started: number } = { aborted: [], started: 0 };
export const wait = command("wait", {
  input: { ms: t.int32({ minimum: 0, maximum: 60_000 }), late: t.boolean({ default: false }) },
  output: t.string(),
  deadline: "5s",
  handle: async (context) => {
    const { input } = context;
    waited.started++;
    if (input.late) {
      await new Promise((resolve) => setTimeout(resolve, input.ms));
      if (context.signal.aborted) waited.aborted.push("late");
      return "late";
    }
    const { signal } = context;
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => resolve("waited"), input.ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        waited.aborted.push(String((signal.reason as { code?: unknown })?.code ?? signal.reason));
        reject(signal.reason);
      });
    });
  },
});
export const ticks = subscription("ticks", {
  output: t.int32(),
  async *handle() {
    yield 1;
  },
});

/** The callers that tests sign in as, by their token. */
export const callers: Readonly<Record<string, { id: string; roles: readonly string[]; claims: object }>> = {
  kim: { id: "kim", roles: ["keeper"], claims: {} },
  ann: { id: "ann", roles: [], claims: {} },
  bob: { id: "bob", roles: [], claims: {} },
};

export const zoo: Api = api("zoo", {
  resources: [Animal, Keeper, Room],
  operations: [age, feed, rename, echo, sum, fail, forget, whoami, wait, ticks],
  versions: [
    version("1", {
      renamed: [
        [Animal.fields.name, "title"],
        [Animal.fields.mother, "parent"],
      ],
      absent: [Animal.fields.extras, forget, Room],
      converted: [
        [
          Animal.fields.weight,
          {
            type: t.string({ pattern: /\d+(\.\d+)?kg/, optional: true }),
            toVersion: (value: number) => `${value}kg`,
            fromVersion: (value: string) => Number.parseFloat(value),
          },
        ],
      ],
      deprecated: "2026-01-01",
      sunset: "2027-01-01T00:00:00Z",
      link: "https://example.com/moving",
    }),
    version("2"),
  ],
  defaultVersion: "2",
  authenticate: ({ bearer }) => {
    const caller = bearer === null ? undefined : callers[bearer];
    return caller === undefined ? null : { ...caller, claims: {} };
  },
});
