import assert from "node:assert/strict";
import type { JsonObject } from "fourfold";
import type { Asked, Client, ClientKind, Outcome } from "../client.ts";

/** One thing that a client and the server can do together. */
export interface Case {
  readonly name: string;
  /** Rejects where it is not so. */
  readonly shown: (client: Client, kind: ClientKind) => Promise<void>;
}

const methods: Readonly<Record<string, Asked["kind"]>> = {
  Count: "server",
  Linger: "server",
  Listen: "server",
  Sum: "client",
  Gather: "client",
  Talk: "bidi",
  Converse: "bidi",
};

/** A call of a method: of the TrialService, where no other one is named. */
export function call(
  method: string,
  messages: JsonObject | readonly JsonObject[],
  options: Omit<Asked, "method" | "kind" | "messages"> = {},
): Asked {
  return {
    method: method.includes("/") ? `trial.v1.${method}` : `trial.v1.TrialService/${method}`,
    kind: methods[method] ?? "unary",
    messages: isList(messages) ? messages : [messages],
    ...options,
  };
}

function isList(messages: JsonObject | readonly JsonObject[]): messages is readonly JsonObject[] {
  return Array.isArray(messages);
}

/** The only answer of a call that has succeeded. */
export async function answer(client: Client, asked: Asked): Promise<JsonObject> {
  const [only, ...more] = await answers(client, asked);
  assert.ok(only !== undefined && more.length === 0, `${asked.method} has one answer`);
  return only;
}

/** All answers of a call that has succeeded. */
export async function answers(client: Client, asked: Asked): Promise<readonly JsonObject[]> {
  const outcome = await client.ask(asked);
  assert.deepEqual([outcome.code, outcome.message], ["OK", ""], asked.method);
  return outcome.answers;
}

/** What came of a call that has failed by this code. */
export async function refusal(client: Client, asked: Asked, code: string): Promise<Outcome> {
  const outcome = await client.ask(asked);
  assert.equal(outcome.code, code, `${asked.method}: ${outcome.message}`);
  return outcome;
}

/** The detail of a type: `BadRequest`. */
export function detail({ details }: Outcome, type: string): JsonObject {
  const found = details.filter((each) => each["@type"] === `type.googleapis.com/google.rpc.${type}`);
  assert.equal(found.length, 1, `one ${type} among ${JSON.stringify(details)}`);
  return { ...found[0], "@type": type };
}

/** What has gone over the server's connections so far. */
export async function traffic(client: Client): Promise<{ connections: number; up: number; down: number }> {
  const { connections, up, down } = await answer(client, call("Traffic", {}));
  return { connections: Number(connections), up: Number(up), down: Number(down) };
}
