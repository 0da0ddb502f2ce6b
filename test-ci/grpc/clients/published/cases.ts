import assert from "node:assert/strict";
import type { JsonObject } from "fourfold";
import { answer, answers, type Case, detail, refusal } from "../cases/case.ts";
import type { Asked, Client } from "../client.ts";

const MIB = 1024 * 1024;

/** A call of the published user.proto, which the blog binds. */
function call(name: string, message: JsonObject, options: Partial<Asked> = {}): Asked {
  const kind = name === "ListUsers" ? "server" : "unary";
  return { method: `user.UserService/${name}`, kind, messages: [message], ...options };
}

async function users(client: Client): Promise<readonly JsonObject[]> {
  const found = await answers(client, call("ListUsers", {}));
  return found.toSorted((one, other) => String(one["email"]).localeCompare(String(other["email"])));
}

/** What clients of a .proto that was there before are held to. */
export const publishedCases: readonly Case[] = [
  {
    name: "users in a stream, and one by one",
    shown: async (client) => {
      const all = await users(client);
      assert.deepEqual(
        all.slice(0, 2).map(({ email }) => email),
        ["ada@example.com", "grace@example.com"],
      );
      for (const user of all) {
        assert.deepEqual(Object.keys(user).sort(), ["email", "name", "userId"]);
        assert.deepEqual(await answer(client, call("GetUser", { userId: user["userId"] ?? "" })), user);
      }
    },
  },
  {
    name: "a user is changed: what is empty is left as it was",
    shown: async (client) => {
      const [ada] = await users(client);
      const userId = ada?.["userId"] ?? "";
      const changed = await answer(client, call("UpdateUser", { userId, name: "Ada King" }));
      assert.deepEqual(changed, { userId, name: "Ada King", email: "ada@example.com" });
      assert.deepEqual(await answer(client, call("GetUser", { userId })), changed);
    },
  },
  {
    name: "errors with the names of that .proto",
    shown: async (client) => {
      const none = await refusal(client, call("GetUser", { userId: "nobody" }), "NOT_FOUND");
      assert.equal(detail(none, "ErrorInfo")["domain"], "blog");
      const [ada, grace] = await users(client);
      const userId = ada?.["userId"] ?? "";
      const wrong = await refusal(client, call("UpdateUser", { userId, email: "no" }), "INVALID_ARGUMENT");
      const [violation] = detail(wrong, "BadRequest")["fieldViolations"] as readonly JsonObject[];
      assert.deepEqual([violation?.["field"], violation?.["reason"]], ["email", "format"]);
      const email = grace?.["email"] ?? "";
      const taken = await refusal(client, call("UpdateUser", { userId, email }), "ALREADY_EXISTS");
      assert.equal(detail(taken, "ErrorInfo")["reason"], "EMAIL_TAKEN");
    },
  },
  {
    name: "leaving a stream, metadata and a time limit",
    shown: async (client) => {
      const asked = call("ListUsers", {}, { cancelAfter: 1 });
      const { code, answers: found } = await client.ask(asked);
      // What had come by then may have been all.
      assert.ok(["CANCELLED", "OK"].includes(code), code);
      assert.ok(found.length >= 1);
      const [ada] = await users(client);
      const metadata = { "x-request-id": "of-mine", authorization: "Bearer nobody" };
      const options = { metadata, timeout: 20_000 };
      assert.deepEqual(
        await answer(client, call("GetUser", { userId: ada?.["userId"] ?? "" }, options)),
        ada,
      );
    },
  },
  {
    name: "a message that is sent compressed",
    shown: async (client) => {
      const [ada] = await users(client);
      const asked = call("GetUser", { userId: ada?.["userId"] ?? "" }, { gzip: true });
      assert.deepEqual(await answer(client, asked), ada);
    },
  },
  {
    name: "a name of nearly 4 MiB is looked at, and one of more is not",
    shown: async (client) => {
      const [ada] = await users(client);
      const userId = ada?.["userId"] ?? "";
      const rename = (length: number): Asked => call("UpdateUser", { userId, name: "n".repeat(length) });
      const long = await refusal(client, rename(4 * MIB - 100), "INVALID_ARGUMENT");
      const [violation] = detail(long, "BadRequest")["fieldViolations"] as readonly JsonObject[];
      assert.deepEqual([violation?.["field"], violation?.["reason"]], ["name", "maxLength"]);
      await refusal(client, rename(4 * MIB), "RESOURCE_EXHAUSTED");
    },
  },
];
