import { setTimeout as sleep } from "node:timers/promises";
import { api, channel, command, error, query, resource, signedIn, subscription, t } from "fourfold";

// What the tests of the client call: values of every type, calls that take their time, and what only some may do.

const Refused = error("UNAUTHENTICATED", { kind: "unauthenticated" });
export const Paid = error("ALREADY_PAID", { kind: "failed_precondition", details: { at: t.timestamp() } });

export const Order = resource("Order", {
  fields: {
    id: t.id(),
    title: t.string({ minLength: 1 }),
    number: t.int32({ default: 0 }),
    total: t.int64({ default: 0n }),
    paidAt: t.timestamp({ optional: true }),
    stamp: t.bytes({ optional: true }),
    lines: t.list(t.object({ due: t.timestamp(), count: t.int64() }), { default: [] }),
  },
});

export const pay = command("pay", {
  on: Order,
  output: Order,
  errors: [Paid],
  async handle({ target, db, now }) {
    if (target.paidAt !== null) throw Paid({ at: target.paidAt });
    return db(Order).update(target.id, { paidAt: now() });
  },
});

/** How often, by key, and whose signals have aborted. */
export const told = { counted: new Map<string, number>(), aborted: 0, slow: 0 };

/** Takes its time, once it has counted. */
export const count = command("count", {
  input: { key: t.string(), ms: t.int32({ default: 0 }) },
  output: t.int32(),
  async handle({ input, db }) {
    const counted = (told.counted.get(input.key) ?? 0) + 1;
    told.counted.set(input.key, counted);
    await db(Order).create({ title: input.key, number: counted });
    await sleep(input.ms);
    return counted;
  },
});

export const wait = query("wait", {
  input: { ms: t.int32() },
  output: t.int32(),
  async handle({ input, signal }) {
    told.slow++;
    try {
      await sleep(input.ms, null, { signal });
    } catch (thrown) {
      told.aborted++;
      throw thrown;
    }
    return input.ms;
  },
});

export const who = query("who", {
  output: t.string({ nullable: true }),
  handle: ({ caller }) => caller?.id ?? null,
});
export const secret = query("secret", { output: t.string(), allow: signedIn, handle: () => "the secret" });

export const numbers = subscription("numbers", {
  input: { to: t.int32() },
  output: t.object({ number: t.int64(), at: t.timestamp() }),
  async *handle({ input }) {
    for (let number = 1; number <= input.to; number++) {
      yield { number: BigInt(number), at: new Date(number) };
      await null;
    }
  },
});

export const lobby = channel("/lobby", { message: t.text() });
export const room = channel("/rooms/{id}", {
  message: t.object({ text: t.string({ minLength: 1 }), at: t.timestamp() }),
  sends: t.object({ from: t.string({ nullable: true }), text: t.string(), at: t.timestamp() }),
  allow: signedIn,
  history: 3,
  presence: true,
  receive: ({ message, caller, everyone }) => everyone.send({ from: caller?.id ?? null, ...message }),
});

/** Tokens that are taken, and whose they are; `exp` of the claims where one is stated. */
export const tokens = new Map<string, { readonly id: string; readonly exp?: number }>();

export const shop = api("shop", {
  resources: [Order],
  operations: [pay, count, wait, who, secret, numbers],
  channels: [lobby, room],
  authenticate({ bearer }) {
    if (bearer === null) return null;
    const known = tokens.get(bearer);
    if (known === undefined) throw Refused();
    const { id, ...claims } = known;
    return { id, roles: [], claims };
  },
});
