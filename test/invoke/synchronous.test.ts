import assert from "node:assert/strict";
import { test } from "node:test";
import { api, query, resource, rule, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";

// What a call does not use is not there: a handler that answers at once is called by the very event that brought the request.

interface Seen {
  readonly frames: readonly string[];
}

let seen: Seen | null = null;

/** Notes through which of our files, outermost last, the handler was called. */
function look(): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const lines = (new Error("look").stack ?? "").split("\n");
  Error.stackTraceLimit = limit;
  seen = { frames: lines.flatMap((line) => /\/src\/([\w/.-]+\.ts)/.exec(line)?.[1] ?? []) };
}

const plain = query("plain", {
  output: t.string(),
  handle() {
    look();
    return "x";
  },
});
const guarded = query("guarded", {
  allow: rule("anyone", () => true),
  output: t.string(),
  handle() {
    look();
    return "x";
  },
});
const waiting = query("waiting", {
  output: t.string(),
  async handle() {
    await null;
    look();
    return "x";
  },
});
const Kept = resource("Kept", {
  fields: { id: t.id(), name: t.string() },
  handlers: {
    get({ input }) {
      look();
      return { id: input.id, name: "x" };
    },
  },
  cache: { maxAge: "1m" },
});

async function framesOf(server: TestServer, line: string): Promise<readonly string[]> {
  seen = null;
  const { status } = await server.request(line);
  assert.equal(status, 200, line);
  return (seen as Seen | null)?.frames ?? [];
}

test("a plain handler is called within the event of the socket, with one frame of invoke; a rule is one more", async () => {
  const app = api("plain", { operations: [plain, guarded, waiting], resources: [Kept] });
  await using server = await startTest(app, { metrics: true });
  for (const line of ["GET /plain", "GET /guarded", "GET /kepts/a"]) {
    const frames = await framesOf(server, line);
    assert.ok(
      frames.some((file) => file.startsWith("net/")),
      `${line}: ${frames.join(" < ")}`,
    );
  }
  const frames = await framesOf(server, "GET /plain");
  const steps = frames.filter((file) => file.startsWith("invoke/"));
  assert.ok(steps.length <= 1, frames.join(" < "));
  assert.deepEqual(
    (await framesOf(server, "GET /guarded")).filter((file) => file.startsWith("invoke/")).length,
    steps.length + 1,
    "a rule is one frame",
  );
  assert.deepEqual(await framesOf(server, "GET /waiting"), [], "what waits goes on by itself");
});

test("who is calling is found out at once too, where that can be known at once", async () => {
  const app = api("known", { operations: [plain], authenticate: () => null });
  await using server = await startTest(app);
  const frames = await framesOf(server, "GET /plain");
  assert.ok(
    frames.some((file) => file.startsWith("net/")),
    frames.join(" < "),
  );
  assert.equal(frames.filter((file) => file === "invoke/authenticate.ts").length, 1);
});

test("a second reader of a cached answer does not reach the handler", async () => {
  await using server = await startTest(api("plain", { resources: [Kept] }));
  assert.notDeepEqual(await framesOf(server, "GET /kepts/b"), []);
  assert.deepEqual(await framesOf(server, "GET /kepts/b"), []);
});
