import { once } from "node:events";
import { command, query, subscription, t } from "fourfold";
import type { AnyOperation } from "../../../../src/define/definition.ts";
import { Sleepers } from "./sleepers.ts";

const sleepers = new Sleepers();

const sleep = command("sleep", {
  input: { key: t.string() },
  output: { never: t.string() },
  async handle({ input: { key }, signal }) {
    sleepers.begin(key);
    if (!signal.aborted) await once(signal, "abort");
    sleepers.end(key, signal, null);
    throw signal.reason;
  },
});

const linger = subscription("linger", {
  input: { key: t.string() },
  output: { value: t.int32() },
  async *handle({ input: { key }, signal }) {
    try {
      yield { value: 1 };
      sleepers.begin(key);
      if (!signal.aborted) await once(signal, "abort");
    } finally {
      sleepers.end(key, signal, null);
    }
  },
});

/** Never answers. */
const listen = subscription("listen", {
  input: { key: t.string() },
  output: { never: t.string() },
  async *handle({ input: { key }, signal }) {
    try {
      if (!signal.aborted) await once(signal, "abort");
      yield* [];
    } finally {
      sleepers.end(key, signal, null);
    }
  },
});

/** Takes messages as long as they come. */
const gather = command("gather", {
  messages: { key: t.string() },
  output: { isWhole: t.boolean() },
  async handle({ messages, signal }) {
    let last = "";
    let failure: unknown = null;
    try {
      for await (const { key } of messages) {
        last = key;
        sleepers.begin(key);
      }
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      sleepers.end(last, signal, failure);
    }
    return { isWhole: true };
  },
});

const converse = subscription("converse", {
  messages: { key: t.string() },
  output: { value: t.int32() },
  async *handle({ messages, signal }) {
    let last = "";
    let failure: unknown = null;
    try {
      let value = 0;
      for await (const { key } of messages) {
        last = key;
        sleepers.begin(key);
        yield { value: ++value };
      }
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      sleepers.end(last, signal, failure);
    }
  },
});

/** Answers when the call with this key has begun. */
const begun = query("begun", {
  input: { key: t.string() },
  output: { key: t.string() },
  handle: async ({ input: { key } }) => ({ key: await sleepers.begun(key) }),
});

/** Answers when the call with this key has ended, and by which code. */
const ended = query("ended", {
  input: { key: t.string() },
  output: { by: t.string() },
  handle: async ({ input: { key } }) => ({ by: await sleepers.ended(key) }),
});

/** Operations that go on until their caller leaves or its time is over, and two that tell of them. */
export const waiting: readonly AnyOperation[] = [sleep, linger, listen, gather, converse, begun, ended];
