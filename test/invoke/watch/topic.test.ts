import assert from "node:assert/strict";
import { test } from "node:test";
import { Positions } from "../../../src/invoke/watch/positions.ts";
import { Topic } from "../../../src/invoke/watch/topic.ts";
import { rowVersion } from "../../../src/schema/table.ts";
import type { ChangeLog, LoggedChange } from "../../../src/store/changes.ts";

const unused = (): never => assert.fail("nobody asks for that");

/** A log that only says how often it was asked for what is not at hand. */
class CountedLog implements ChangeLog {
  readonly touches = null;
  asked = 0;
  read = unused;
  snapshot = unused;
  bounds = unused;
  test = unused;
  whenAdded = unused;
  trim = unused;
  identity = (): string => "identity";

  readTable(_: string, after: number): { changes: []; upTo: number; isCut: boolean; isFull: boolean } {
    this.asked += 1;
    return { changes: [], upTo: after, isCut: false, isFull: false };
  }
}

const changeOf = (position: number, size: number): LoggedChange => ({
  position,
  table: "notes",
  id: String(position),
  kind: "created",
  before: null,
  after: { row: { id: String(position), [rowVersion]: 1 } },
  size,
});

async function keptOf(topic: Topic, count: number): Promise<number> {
  let kept = 0;
  for (let after = count - 1; after >= 0; after--) {
    const { events } = await topic.after(after);
    if (events.length === 0) break;
    kept = events.length;
  }
  return kept;
}

function topicWith(log: ChangeLog, count: number, size: number): Topic {
  const topic = new Topic("Note", "notes", log, new Positions("identity"));
  topic.begin(0);
  for (let position = 1; position <= count; position++) topic.publish(changeOf(position, size));
  return topic;
}

test("changes of small rows are at hand for those who come back, up to a number", async () => {
  const log = new CountedLog();
  assert.equal(await keptOf(topicWith(log, 500, 100), 500), 500);
  assert.equal(log.asked, 0);
  const kept = await keptOf(topicWith(log, 5_000, 100), 5_000);
  assert.ok(kept >= 1_000 && kept < 2_000, `${kept} are kept`);
});

test("of large rows fewer are kept, and the others are read from the log", async () => {
  const log = new CountedLog();
  const topic = topicWith(log, 100, 500_000);
  const kept = await keptOf(topic, 100);
  assert.ok(kept >= 4 && kept <= 8, `${kept} are kept`);
  assert.equal(log.asked, 1);
});

test("a change that is larger than all that may be kept is told all the same", () => {
  const topic = topicWith(new CountedLog(), 0, 0);
  const told: number[] = [];
  const watcher = {
    offer: ({ position }: { readonly position: number }) => told.push(position),
    reached: unused,
    fail: unused,
    stop: unused,
  };
  topic.enter(watcher);
  topic.live.add(watcher);
  topic.publish(changeOf(1, 100_000_000));
  topic.publish(changeOf(2, 1));
  assert.deepEqual(told, [1, 2]);
});

test("nothing is kept once nobody watches", async () => {
  const log = new CountedLog();
  const topic = topicWith(log, 10, 100);
  const watcher = { offer: unused, reached: unused, fail: unused, stop: unused };
  topic.enter(watcher);
  topic.leave(watcher);
  assert.equal(await keptOf(topic, 10), 0);
});
