import { existsSync } from "node:fs";
import { api, channel, command, query, resource, t } from "fourfold";
import { run } from "fourfold/cli";

const Item = resource("Item", {
  fields: { id: t.id(), name: t.string(), count: t.int32({ default: 0 }) },
  cache: { maxAge: "1h", visibility: "public" },
});

/** Adds one in a transaction of a handler: two that ran at the same time would lose one. */
const increase = command("increase", {
  on: Item,
  output: Item,
  handle: ({ target, db }) =>
    db.transaction(async (inner) => {
      const { count } = await inner(Item).get(target.id);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return inner(Item).update(target.id, { count: count + 1 });
    }),
});

/** Which process answers. */
const who = query("who", { output: t.int32(), handle: () => process.pid });

const wait = query("wait", {
  input: { ms: t.int32() },
  output: t.int32(),
  handle: async ({ input }) => {
    await new Promise((resolve) => setTimeout(resolve, input.ms));
    return process.pid;
  },
});

/** Takes the process's time, so that connections wait for somebody to accept them. */
const block = query("block", {
  input: { ms: t.int32() },
  output: t.int32(),
  handle: ({ input }) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, input.ms);
    return process.pid;
  },
});

const crash = command("crash", {
  output: t.boolean(),
  handle: () => {
    // After the answer has left, at the end of the turn.
    setTimeout(() => {
      throw new Error("A crash that was asked for");
    }, 20);
    return true;
  },
});

/** Says which process took a message. */
const room = channel("/rooms/{id}", {
  message: t.object({ text: t.string() }),
  sends: t.object({ pid: t.int32(), text: t.string() }),
  presence: true,
  receive: ({ message, everyone }) => everyone.send({ pid: process.pid, text: message.text }),
});

/** Says so to a room, from a handler of an operation. */
const say = command("say", {
  input: { room: t.string(), text: t.string() },
  handle: ({ input, channel: rooms }) =>
    rooms(room, { id: input.room }).send({ pid: process.pid, text: input.text }),
});

const app: ReturnType<typeof api> = api("many", {
  resources: [Item],
  operations: [increase, who, wait, block, crash, say],
  channels: [room],
  seed: async (db) => {
    await db(Item).create({ name: `seeded by ${process.pid}` });
  },
});

// What a bad deployment looks like to whoever restarts.
if (existsSync(process.env["BROKEN_WHEN"] ?? "")) throw new Error("This deployment is broken");
await run(app);
