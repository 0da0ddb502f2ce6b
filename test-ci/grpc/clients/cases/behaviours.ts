import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Asked, Client, ClientKind } from "../client.ts";
import { answer, type Case, call, refusal, traffic } from "./case.ts";

/** Long enough for the call to reach its handler, whatever else the machine does. */
const TIMEOUT_MS = 1000;

/** Deadlines, leaving, what goes beside the messages, and how connections live. */
export const behaviours: readonly Case[] = [
  ...[
    { name: "the time of a call is over", asked: call("Sleep", { key: "late" }) },
    { name: "the time of a stream of answers is over", asked: call("Linger", { key: "late answers" }) },
    {
      name: "the time of a stream of messages is over",
      asked: call("Gather", { key: "late messages" }, { staysOpen: true }),
    },
    {
      name: "the time of a stream both ways is over",
      asked: call("Converse", { key: "late both" }, { staysOpen: true }),
    },
  ].map(({ name, asked }) => ({
    name,
    shown: (client: Client, kind: ClientKind) => isLate(client, kind, asked),
  })),
  ...[
    {
      name: "the caller cancels a call",
      asked: call("Sleep", { key: "left" }, { cancelWhenBegun: "left" }),
    },
    {
      name: "the caller cancels a stream of answers",
      asked: call("Linger", { key: "left answers" }, { cancelAfter: 1 }),
    },
    {
      name: "the header of a stream comes before its first answer, and the caller cancels then",
      asked: call("Listen", { key: "left header" }, { cancelAfter: 0, timeout: 20_000 }),
    },
    {
      name: "the caller cancels a stream of messages",
      asked: call("Gather", { key: "left messages" }, { staysOpen: true, cancelWhenBegun: "left messages" }),
    },
    {
      name: "the caller cancels a stream both ways",
      asked: call("Converse", { key: "left both" }, { staysOpen: true, cancelAfter: 1 }),
    },
  ].map(({ name, asked }) => ({
    name,
    shown: (client: Client, kind: ClientKind) => isCancelled(client, kind, asked),
  })),
  {
    name: "metadata: who calls, the request's id, the trace",
    shown: async (client) => {
      const metadata = {
        authorization: "Bearer ann",
        "x-request-id": "of-mine-1",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      };
      assert.deepEqual(await answer(client, call("Beside", {}, { metadata })), {
        caller: "ann",
        requestId: "of-mine-1",
        trace: "0af7651916cd43dd8448eb211c80319c",
      });
      assert.equal((await answer(client, call("Beside", {})))["caller"], "nobody");
    },
  },
  {
    name: "metadata: a command that is repeated with its key is carried out once",
    shown: async (client) => {
      const metadata = { "idempotency-key": '"one"' };
      const first = await answer(client, call("Once", {}, { metadata }));
      assert.deepEqual(await answer(client, call("Once", {}, { metadata })), first);
      assert.notDeepEqual(await answer(client, call("Once", {})), first);
    },
  },
  {
    name: "an idle connection is kept by pings",
    shown: async (client, { keepaliveMs }) => {
      assert.ok(keepaliveMs !== null);
      const before = await traffic(client);
      await wait(keepaliveMs * 2.5);
      const after = await traffic(client);
      assert.equal(after.connections, before.connections);
      // Beside the two calls, of which neither takes as much as a ping of 17 bytes more than the other.
      const calls = await traffic(client);
      assert.ok(after.up - before.up >= calls.up - after.up + 17, "the client pings");
      assert.ok(after.down - before.down >= calls.down - after.down + 17, "the server answers pings");
    },
  },
];

/** By the clock of the client or by that of the server: whichever strikes first. */
async function isLate(client: Client, kind: ClientKind, asked: Asked): Promise<void> {
  await refusal(client, { ...asked, timeout: TIMEOUT_MS }, "DEADLINE_EXCEEDED");
  const { by } = await answer(client, call("Ended", { key: asked.messages[0]?.["key"] ?? "" }));
  const known = ["DEADLINE_EXCEEDED", "CANCELLED", ...early(kind, asked)];
  assert.ok(known.includes(String(by)), `It ended by ${by}`);
}

async function isCancelled(client: Client, kind: ClientKind, asked: Asked): Promise<void> {
  await refusal(client, asked, "CANCELLED");
  const { by } = await answer(client, call("Ended", { key: asked.messages[0]?.["key"] ?? "" }));
  const known = ["CANCELLED", ...early(kind, asked)];
  assert.ok(known.includes(String(by)), `It ended by ${by}`);
}

/** How a handler may have ended that took messages for all. */
function early({ endsBeforeItResets }: ClientKind, { staysOpen }: Asked): readonly string[] {
  return endsBeforeItResets && staysOpen === true ? ["ITSELF"] : [];
}
