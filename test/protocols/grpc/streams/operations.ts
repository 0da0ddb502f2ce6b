import { command, error, query, resource, rule, signedIn, subscription, t } from "fourfold";

const secretly = rule("secretly", ({ caller }) => caller?.id === "kim");
export const Item = resource("Item", {
  fields: {
    id: t.id(),
    label: t.string(),
    count: t.int32({ default: 0 }),
    secret: t.string({ default: "s" }),
    size: t.enum(["small", "large"], { default: "small" }),
    madeAt: t.timestamp({ optional: true }),
  },
  allow: { fields: { secret: secretly } },
});
export const TooMany = error("TOO_MANY", {
  kind: "resource_exhausted",
  message: "There were too many",
  details: { most: t.int32() },
});

export const say = query("say", {
  input: { text: t.string() },
  output: { text: t.string(), caller: t.string({ nullable: true }), requestId: t.string() },
  handle: ({ input, caller, requestId }) => ({ text: input.text, caller: caller?.id ?? null, requestId }),
});

export const count = subscription("count", {
  input: { to: t.int32(), wide: t.int32({ default: 0 }) },
  output: { value: t.int32(), pad: t.string() },
  async *handle({ input }) {
    for (let value = 1; value <= input.to; value++) yield { value, pad: "x".repeat(input.wide) };
  },
});

export const sum = command("sum", {
  messages: {
    amountInCents: t.int32({ minimum: 1 }),
    size: t.enum(["small", "large"], { optional: true }),
  },
  output: { total: t.int32(), messages: t.int32(), sizes: t.list(t.string()) },
  async handle({ messages }) {
    let total = 0;
    let taken = 0;
    const sizes = new Set<string>();
    for await (const { amountInCents, size } of messages) {
      total += amountInCents;
      taken += 1;
      if (size !== undefined) sizes.add(size);
    }
    return { total, messages: taken, sizes: [...sizes] };
  },
});

export const first = command("first", {
  messages: { text: t.string() },
  output: { text: t.string() },
  async handle({ messages }) {
    for await (const { text } of messages) return { text };
    return { text: "" };
  },
});

export const secured = subscription("secured", {
  allow: signedIn,
  messages: { text: t.string() },
  output: { text: t.string() },
  async *handle({ messages, caller }) {
    for await (const { text } of messages) yield { text: `${caller?.id}: ${text}` };
  },
});

export const items = subscription("items", {
  output: Item,
  async *handle({ db }) {
    yield* await db(Item).list({ orderBy: "label" });
  },
});

export const load = command("load", {
  on: Item,
  scope: "collection",
  messages: { label: t.string(), madeAt: t.timestamp({ optional: true }) },
  output: { items: t.list(t.row(Item)) },
  async handle({ messages, db }) {
    const items = [];
    for await (const message of messages) items.push(await db(Item).create(message));
    return { items };
  },
});
