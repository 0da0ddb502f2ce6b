import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { JsonObject } from "fourfold";
import type { Client, ClientKind } from "../client.ts";
import { answer, type Case, call, refusal, traffic } from "./case.ts";

const MIB = 1024 * 1024;
/** Bytes of `content` in the longest message that is taken, and in the shortest that is not, as each format writes it. */
const longest = { proto: 4 * MIB - 5, json: Math.floor((4 * MIB - 14) / 4) * 3 };
const tooLong = { proto: longest.proto + 1, json: longest.json + 1 };

/** Large messages, and small ones of them. */
export const sizes: readonly Case[] = [
  {
    name: "a message of 4 MiB, there and back",
    shown: async (client, { format }) => {
      const content = noise(longest[format]);
      const found = await answer(client, call("Carry", { content }));
      assert.equal(digest(found), digest({ content }));
    },
  },
  {
    name: "a message over the limit is refused, and its connection goes on",
    shown: async (client, kind) => {
      const { connections } = await traffic(client);
      await refusal(client, call("Carry", { content: noise(tooLong[kind.format]) }), "RESOURCE_EXHAUSTED");
      await goesOn(client, kind, connections);
    },
  },
  {
    name: "a message over the limit in a stream is refused, and its connection goes on",
    shown: async (client, kind) => {
      const { connections } = await traffic(client);
      const amounts = [{ amount: 1 }, { amount: 1, content: noise(tooLong[kind.format]) }];
      await refusal(client, call("Sum", amounts), "RESOURCE_EXHAUSTED");
      await goesOn(client, kind, connections);
    },
  },
  {
    name: "compression, both ways",
    shown: async (client) => {
      const content = zeros(MIB);
      const before = await traffic(client);
      assert.equal(digest(await answer(client, call("Carry", { content }))), digest({ content }));
      const plain = await traffic(client);
      assert.ok(plain.up - before.up > MIB, "what is not compressed is long");
      assert.equal(
        digest(await answer(client, call("Carry", { content }, { gzip: true }))),
        digest({ content }),
      );
      const after = await traffic(client);
      assert.ok(after.up - plain.up < MIB / 16, "the message was compressed");
      assert.ok(after.down - plain.down < MIB / 16, "the answer was compressed");
    },
  },
  {
    name: "compression of messages in a stream",
    shown: async (client) => {
      const before = await traffic(client);
      const amounts = [1, 2, 3].map((amount) => ({ amount, content: zeros(MIB / 4) }));
      const found = await answer(client, call("Sum", amounts, { gzip: true }));
      assert.deepEqual(found, { total: "6", messages: 3 });
      const after = await traffic(client);
      assert.ok(after.up - before.up < MIB / 16, "the messages were compressed");
    },
  },
  {
    name: "a message that inflates to more than the limit is refused",
    shown: async (client, { format }) => {
      const content = zeros(tooLong[format]);
      await refusal(client, call("Carry", { content }, { gzip: true }), "RESOURCE_EXHAUSTED");
    },
  },
];

async function goesOn(client: Client, { keepsConnection }: ClientKind, connections: number): Promise<void> {
  const after = await traffic(client);
  if (keepsConnection) assert.equal(after.connections, connections);
}

/** Content that cannot be compressed, in base64: always the same. */
function noise(bytes: number): string {
  const content = Buffer.alloc(bytes);
  let state = 1;
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    content[at] = state >>> 24;
  }
  return content.toString("base64");
}

function zeros(bytes: number): string {
  return Buffer.alloc(bytes).toString("base64");
}

/** So that a difference does not print megabytes. */
function digest({ content }: JsonObject): string {
  return createHash("sha256").update(String(content)).digest("hex");
}
