import assert from "node:assert/strict";
import { test } from "node:test";
import { api, command, resource, t } from "fourfold";
import { createClient } from "fourfold/client";
import { startTest } from "fourfold/testing";
import type { Json } from "../../test/protocols/websocket/rpc-peer.ts";
import { notTested, startPostgres } from "./temporary-postgres.ts";

// What callers are told of a transaction that others were in the way of.

const Counter = resource("Counter", { fields: { id: t.id(), value: t.int32() } });
/** Changes the row meanwhile, on a connection of its own; null for nobody. */
let inTheWay: (() => Promise<unknown>) | null = null;
let runs = 0;
const raise = command("raise", {
  on: Counter,
  output: Counter,
  handle: ({ target, db }) =>
    db.transaction(
      async (within) => {
        runs++;
        const { value } = await within(Counter).get(target.id);
        const other = inTheWay;
        inTheWay = null;
        await other?.();
        return within(Counter).update(target.id, { value: value + 1 });
      },
      { retry: false },
    ),
});
const definition = api("conflict", { resources: [Counter], operations: [raise] });

test("TRANSACTION_CONFLICT says on every protocol that it may be repeated", {
  skip: notTested,
  timeout: 60_000,
}, async (context) => {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase();
  const { server, origin, close } = await startTest(definition, { database: url });
  const client = createClient({ url: origin });
  context.after(async () => {
    client.close();
    await close();
    await postgres.dispose();
  });
  const { id } = await server.call(Counter.create, { value: 0 });
  const disturb = (): void => {
    inTheWay = () => postgres.run("update counters set value = value + 10", url);
  };
  const post = async (path: string, content: unknown): Promise<Response> => {
    disturb();
    const body = JSON.stringify(content);
    return fetch(origin + path, { method: "POST", headers: { "content-type": "application/json" }, body });
  };

  const rest = await post(`/counters/${id}:raise`, {});
  assert.deepEqual([rest.status, rest.headers.get("retry-after")], [409, "1"]);
  const { error }: Json = await rest.json();
  assert.deepEqual([error.code, error.retryAfter], ["TRANSACTION_CONFLICT", 1]);

  const graphql = await post("/graphql", { query: `mutation { raiseCounter(id: "${id}") { value } }` });
  const {
    errors: [first],
  }: Json = await graphql.json();
  assert.deepEqual([first.extensions.code, first.extensions.retryAfter], ["TRANSACTION_CONFLICT", 1]);

  const connect = await post("/conflict.v1.CounterService/RaiseCounter", { id });
  const { code, details }: Json = await connect.json();
  const retry = details.find(({ type }: { readonly type: string }) => type === "google.rpc.RetryInfo");
  // RetryInfo { retry_delay { seconds: 1 } }
  assert.deepEqual(
    [code, retry.value],
    ["aborted", Buffer.from([10, 2, 8, 1]).toString("base64").replace(/=+$/, "")],
  );

  disturb();
  await assert.rejects(client.call(raise, { id }), {
    code: "TRANSACTION_CONFLICT",
    kind: "aborted",
    retryAfter: 1,
  });
  assert.equal(runs, 4, "nobody has repeated it");
  const raised = await client.call(raise, { id });
  assert.deepEqual([raised.value, runs], [41, 5]);
});
