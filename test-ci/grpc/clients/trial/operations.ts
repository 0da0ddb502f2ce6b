import { ApiError, command, error, query, resource, subscription, t } from "fourfold";

export const Note = resource("Note", {
  fields: { id: t.id(), title: t.string({ minLength: 1, maxLength: 20 }), email: t.email() },
});

export const OutOfStock = error("OUT_OF_STOCK", {
  kind: "failed_precondition",
  message: "Ausverkauft: 0 % übrig 🦊",
  details: { left: t.int32(), item: t.string() },
});

const everything = {
  text: t.string(),
  lines: t.text(),
  whole: t.int32(),
  wide: t.int64(),
  share: t.float(),
  flag: t.boolean(),
  content: t.bytes(),
  at: t.timestamp(),
  size: t.enum(["small", "large"]),
  tags: t.list(t.string()),
  counts: t.list(t.int32()),
  place: t.object({ x: t.int32(), name: t.string() }),
  anything: t.json(),
  absent: t.string({ optional: true }),
  none: t.int32({ optional: true }),
};

/** Every type of field, there and back. */
export const echo = query("echo", {
  rest: "POST /echo",
  input: everything,
  output: everything,
  handle: ({ input }) => input,
});

/** Content of any size, there and back. */
export const carry = command("carry", {
  input: { content: t.bytes() },
  output: { content: t.bytes() },
  handle: ({ input }) => input,
});

/** What came beside the message. */
export const beside = query("beside", {
  output: { caller: t.string(), requestId: t.string(), trace: t.string() },
  handle: ({ caller, requestId, traceparent }) => ({
    caller: caller?.id ?? "nobody",
    requestId,
    trace: traceparent.split("-")[1] ?? "",
  }),
});

/** Fails as it is told. */
export const refuse = query("refuse", {
  input: { how: t.enum(["outOfStock", "later", "defect"]) },
  errors: [OutOfStock],
  output: { never: t.string() },
  handle: ({ input: { how } }) => {
    if (how === "outOfStock") throw OutOfStock({ left: 0, item: "fox" });
    if (how === "later") throw new ApiError("LATER", "unavailable", "Come again", { retryAfter: 7 });
    throw new Error("secret of the handler");
  },
});

let executions = 0;
/** How often it has been carried out: to be repeated with a key. */
export const once = command("once", {
  output: { executions: t.int32() },
  handle: () => ({ executions: ++executions }),
});

/** Counts, and fails after `failAfter` where that is stated. */
export const count = subscription("count", {
  input: { to: t.int32(), failAfter: t.int32({ optional: true }) },
  errors: [OutOfStock],
  output: { value: t.int32() },
  async *handle({ input: { to, failAfter } }) {
    for (let value = 1; value <= to; value++) {
      if (value - 1 === failAfter) throw OutOfStock({ left: to - failAfter, item: "numbers" });
      yield { value };
    }
  },
});

export const sum = command("sum", {
  messages: { amount: t.int32({ minimum: 1 }), content: t.bytes({ optional: true }) },
  output: { total: t.int64(), messages: t.int32() },
  async handle({ messages }) {
    let total = 0n;
    let taken = 0;
    for await (const { amount } of messages) {
      total += BigInt(amount);
      taken += 1;
    }
    return { total, messages: taken };
  },
});

/** Answers each message when it has come, and fails at "out of stock". */
export const talk = subscription("talk", {
  messages: { text: t.string() },
  errors: [OutOfStock],
  output: { text: t.string(), place: t.int32() },
  async *handle({ messages }) {
    let place = 0;
    for await (const { text } of messages) {
      if (text === "out of stock") throw OutOfStock({ left: place, item: "talk" });
      yield { text, place: place++ };
    }
  },
});
