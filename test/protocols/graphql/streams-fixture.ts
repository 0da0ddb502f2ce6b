import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, api, command, error, query, subscription, t } from "fourfold";

export const Broken = error("BROKEN", {
  kind: "unavailable",
  message: "It broke",
  details: { after: t.int32() },
});

/** What streams were told and did, for tests to look at. */
export const told: { open: number; callers: (string | null)[] } = { open: 0, callers: [] };

const count = subscription("count", {
  input: { to: t.int32({ minimum: 0 }), breaksAt: t.int32({ default: -1 }) },
  output: t.object({ number: t.int32(), text: t.string() }),
  errors: [Broken],
  async *handle({ input, caller }) {
    told.open++;
    told.callers.push(caller?.id ?? null);
    try {
      for (let number = 1; number <= input.to; number++) {
        if (number === input.breaksAt) throw Broken({ after: number - 1 });
        yield { number, text: `number ${number}` };
      }
    } finally {
      told.open--;
    }
  },
});

/** Never says anything, and hears of its end by nothing but its iterator's `return`, or its signal. */
const silence = subscription("silence", {
  output: t.string(),
  async *handle({ signal }) {
    told.open++;
    try {
      await sleep(60_000, null, { signal });
      yield "never";
    } finally {
      told.open--;
    }
  },
});

let kept = "";
const keep = command("keep", {
  input: { text: t.string() },
  output: t.string(),
  handle: ({ input }) => {
    kept = input.text;
    return kept;
  },
});
const whatIsKept = query("kept", { output: t.string(), handle: () => kept });
const hidden = query("trace", { output: t.string(), handle: ({ traceparent }) => traceparent });

export default api("streams", {
  operations: [count, silence, keep, whatIsKept, hidden],
  authenticate: ({ bearer }) => {
    if (bearer === "wrong")
      throw new ApiError("TOKEN_EXPIRED", "unauthenticated", "The token is not valid any more");
    if (bearer === "broken") throw new Error("the database at 10.0.0.7 does not answer");
    return bearer === null ? null : { id: bearer, roles: [], claims: {} };
  },
});
