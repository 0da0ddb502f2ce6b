import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { type ApiError, api, command, query, resource, rule, subscription, t } from "fourfold";
import { startTest } from "fourfold/testing";

const messages = { amount: t.int32({ minimum: 1 }), note: t.string({ default: "none" }) };
const kim = { id: "kim", roles: [], claims: {} };

const sum = command("sum", {
  messages,
  output: { total: t.int32(), notes: t.list(t.string()) },
  async handle({ messages }) {
    let total = 0;
    const notes: string[] = [];
    for await (const { amount, note } of messages) {
      total += amount;
      notes.push(note);
    }
    return { total, notes };
  },
});

const double = subscription("double", {
  messages,
  output: t.int32(),
  async *handle({ messages }) {
    for await (const { amount } of messages) yield amount * 2;
  },
});

async function* sent(...amounts: number[]): AsyncGenerator<{ amount: number }> {
  for (const amount of amounts) yield { amount };
}

test("many messages have one answer: from lists, generators, and none at all", async () => {
  await using server = await startTest(api("sums", { operations: [sum] }));
  assert.deepEqual(await server.call(sum, [{ amount: 1, note: "a" }, { amount: 2 }]), {
    total: 3,
    notes: ["a", "none"],
  });
  assert.equal((await server.call(sum, sent(1, 2, 3))).total, 6);
  assert.deepEqual(await server.call(sum, []), { total: 0, notes: [] });
});

test("many messages have many answers, each as soon as it is there", async () => {
  await using server = await startTest(api("doubles", { operations: [double] }));
  let asked = 0;
  async function* count(): AsyncGenerator<{ amount: number }> {
    for (let amount = 1; ; amount++) {
      asked = amount;
      yield { amount };
    }
  }
  const found: number[] = [];
  for await (const answer of await server.call(double, count())) {
    found.push(answer);
    // Nothing is read ahead: the caller of one side makes the other side wait.
    assert.equal(asked, found.length);
    if (found.length === 5) break;
  }
  assert.deepEqual(found, [2, 4, 6, 8, 10]);
});

test("every rule of a message holds, and the message is named by its place", async () => {
  await using server = await startTest(api("sums", { operations: [sum, double] }));
  const isThird = (thrown: unknown): boolean => {
    const { code, violations } = thrown as ApiError;
    assert.equal(code, "INVALID_INPUT");
    assert.deepEqual(
      violations?.map(({ path, rule }) => [path, rule]),
      [
        ["messages[2].amount", "minimum"],
        ["messages[2].note", "type"],
      ],
    );
    return true;
  };
  const bad = [{ amount: 1 }, { amount: 2 }, { amount: 0, note: 7 as never }, { amount: 4 }];
  await assert.rejects(server.call(sum, bad), isThird);
  const answers = await server.call(double, bad);
  const found: number[] = [];
  await assert.rejects(async () => {
    for await (const answer of answers) found.push(answer);
  }, isThird);
  assert.deepEqual(found, [2, 4]);
  assert.deepEqual(await answers[Symbol.asyncIterator]().next(), { value: undefined, done: true });
  for (const nonsense of [undefined, null, 7, "text", { amount: 1 }])
    await assert.rejects(server.call(sum, nonsense as never), { code: "INVALID_INPUT" });
  await assert.rejects(server.call(sum, [null as never]), { code: "INVALID_INPUT" });
  await assert.rejects(server.call(sum, ["x" as never]), { code: "INVALID_INPUT" });
});

test("a handler cannot make a success of a message that broke a rule, nor go on after it", async () => {
  const caught: unknown[] = [];
  const forgiving = command("forgiving", {
    messages,
    output: t.int32(),
    async handle({ messages, signal }) {
      try {
        for await (const _ of messages);
      } catch (thrown) {
        caught.push(thrown);
      }
      const iterator = messages[Symbol.asyncIterator]();
      assert.deepEqual(await iterator.next(), { value: undefined, done: true });
      caught.push(signal.aborted);
      return 1;
    },
  });
  let hasCleanedUp = false;
  const aside = subscription("aside", {
    messages,
    output: t.int32(),
    async *handle({ messages }) {
      const gone = Promise.withResolvers<void>();
      // It reads beside, and waits for something else.
      void (async () => {
        try {
          for await (const _ of messages);
        } catch {
          setTimeout(gone.resolve, 20);
        }
      })();
      try {
        yield 1;
        await gone.promise;
        yield 2;
      } finally {
        hasCleanedUp = true;
      }
    },
  });
  await using server = await startTest(api("forgiving", { operations: [forgiving, aside] }));
  await assert.rejects(server.call(forgiving, sent(1, 0, 3)), { code: "INVALID_INPUT" });
  await turn();
  assert.equal((caught[0] as ApiError).code, "INVALID_INPUT");
  assert.equal(caught[1], true);
  const found: number[] = [];
  const began = performance.now();
  await assert.rejects(
    async () => {
      for await (const answer of await server.call(aside, sent(1, 0, 3))) found.push(answer);
    },
    { code: "INVALID_INPUT" },
  );
  assert.ok(performance.now() - began < 1000);
  assert.ok(found.length <= 1);
  await wait(60);
  assert.ok(hasCleanedUp);
});

test("what the caller's generator throws ends the call with it", async () => {
  await using server = await startTest(api("sums", { operations: [sum, double] }));
  async function* failing(): AsyncGenerator<{ amount: number }> {
    yield { amount: 1 };
    throw new RangeError("no more");
  }
  await assert.rejects(server.call(sum, failing()), RangeError);
  const found: number[] = [];
  await assert.rejects(async () => {
    for await (const answer of await server.call(double, failing())) found.push(answer);
  }, RangeError);
  assert.deepEqual(found, [2]);
});

test("a handler that has enough lets the caller's generator clean up; so does one that fails, and a reader who leaves", async () => {
  const first = command("first", {
    messages,
    output: t.int32(),
    async handle({ messages }) {
      for await (const { amount } of messages) return amount;
      return 0;
    },
  });
  const none = command("none", { messages, output: t.int32(), handle: () => 0 });
  const broken = command("broken", {
    messages,
    output: t.int32(),
    async handle({ messages }) {
      await messages[Symbol.asyncIterator]().next();
      throw new Error("broken");
    },
  });
  await using server = await startTest(api("first", { operations: [first, none, broken, double] }));
  let cleaned = 0;
  async function* endless(): AsyncGenerator<{ amount: number }> {
    try {
      for (let amount = 1; ; amount++) yield { amount };
    } finally {
      cleaned += 1;
    }
  }
  assert.equal(await server.call(first, endless()), 1);
  assert.equal(cleaned, 1);
  assert.equal(await server.call(none, endless()), 0);
  await assert.rejects(server.call(broken, endless()), /broken/);
  await turn();
  assert.equal(cleaned, 2);
  for await (const _ of await server.call(double, endless())) break;
  await turn();
  assert.equal(cleaned, 3);
});

test("rules are asked before the first message is, and a call within a call has its caller and its time", async () => {
  const member = rule("member", ({ caller }) => caller !== null);
  let begun = 0;
  const counted = command("counted", {
    messages,
    allow: member,
    output: t.int32(),
    async handle({ messages, caller }) {
      assert.equal(caller?.id, "kim");
      let count = 0;
      for await (const _ of messages) count += 1;
      return count;
    },
  });
  const outer = query("outer", {
    output: t.int32(),
    deadline: 50,
    async handle({ call, signal }) {
      async function* slow(): AsyncGenerator<{ amount: number }> {
        begun += 1;
        yield { amount: 1 };
        await new Promise(() => {});
      }
      void call(counted, slow()).catch(() => undefined);
      assert.equal(await call(counted, sent(1, 2)), 2);
      const failure = await call(counted, slow()).catch((thrown: ApiError) => thrown);
      assert.ok(signal.aborted);
      assert.equal((failure as ApiError).code, "DEADLINE_EXCEEDED");
      return 1;
    },
  });
  await using server = await startTest(api("counted", { operations: [counted, outer] }));
  await assert.rejects(
    server.call(counted, {
      // biome-ignore lint/correctness/useYield: it must not be begun
      async *[Symbol.asyncIterator]() {
        begun += 1;
      },
    }),
    { code: "UNAUTHENTICATED" },
  );
  assert.equal(begun, 0);
  await assert.rejects(server.call(outer, {}, kim), { code: "DEADLINE_EXCEEDED" });
  assert.equal(begun, 2);
});

test("a deadline ends messages that do not come, and the handler learns why", async () => {
  const told: unknown[] = [];
  const patient = command("patient", {
    messages,
    deadline: 40,
    output: t.int32(),
    async handle({ messages, signal }) {
      try {
        for await (const _ of messages);
      } catch (thrown) {
        told.push((thrown as ApiError).code, signal.aborted);
      }
      return 1;
    },
  });
  await using server = await startTest(api("patient", { operations: [patient] }));
  async function* stuck(): AsyncGenerator<{ amount: number }> {
    yield { amount: 1 };
    await new Promise(() => {});
  }
  await assert.rejects(server.call(patient, stuck()), { code: "DEADLINE_EXCEEDED" });
  await turn();
  assert.deepEqual(told, ["DEADLINE_EXCEEDED", true]);
});

test("a handler that does not look at what it asked for does not end the process", async () => {
  const careless = command("careless", {
    messages,
    output: t.int32(),
    handle({ messages }) {
      const iterator = messages[Symbol.asyncIterator]();
      void iterator.next();
      void iterator.next();
      throw new Error("careless");
    },
  });
  const late = command("late", {
    messages,
    output: t.int32(),
    async handle({ messages }) {
      void messages[Symbol.asyncIterator]().next();
      await turn();
      return 1;
    },
  });
  await using server = await startTest(api("careless", { operations: [careless, late] }));
  const rejections: unknown[] = [];
  const told = (thrown: unknown): void => void rejections.push(thrown);
  process.on("unhandledRejection", told);
  await assert.rejects(server.call(careless, [{ amount: 0 }]), /careless/);
  await assert.rejects(server.call(late, sent(0)), { code: "INVALID_INPUT" });
  await wait(20);
  process.off("unhandledRejection", told);
  assert.deepEqual(rejections, []);
});

test("REST has no route to such an operation, and its description says nothing of it", async () => {
  const Note = resource("Note", { fields: { id: t.id(), text: t.string() } });
  const load = command("load", {
    on: Note,
    scope: "collection",
    messages: { text: t.string() },
    output: t.int32(),
    async handle({ messages, db }) {
      let count = 0;
      for await (const { text } of messages) {
        await db(Note).create({ text });
        count += 1;
      }
      return count;
    },
  });
  await using server = await startTest(api("notes", { resources: [Note], operations: [load] }));
  assert.equal((await server.request("POST /notes:load", { json: {} })).status, 404);
  assert.doesNotMatch((await server.request("GET /openapi.json")).text, /load/);
  assert.equal(await server.call(load, [{ text: "a" }, { text: "b" }]), 2);
  assert.equal((await server.call(Note.list, {})).items.length, 2);
});
