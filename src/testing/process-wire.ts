import { ApiError } from "../errors/api-error.ts";
import type { TestServer } from "./start.ts";
import type { Outcome, Shown, Wire, WireCall } from "./wire.ts";

/** Calls in this process: values as they are, under today's names. */
export const processWire: Wire = {
  name: "process",
  ways: ({ today }) => [
    { name: "today", version: today, call, shows: (_, value) => value, path: (_, path) => path },
  ],
  statusOf: () => null,
};

async function call(server: TestServer, { contract, input, caller }: WireCall): Promise<Shown> {
  // The types of input and answer have been checked where the test states them.
  const answer = server.call(contract.plan.operation, input as never, caller ?? undefined);
  return { outcome: await outcomeOf(answer), status: null, headers: {} };
}

async function outcomeOf(answer: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await answer };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    const { code, kind, message, details, violations } = thrown;
    return { error: { code, kind, message, details, violations } };
  }
}
