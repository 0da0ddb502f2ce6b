import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Relay } from "../../../src/events/relay.ts";
import { ChangeFeed } from "../../../src/invoke/watch/change-feed.ts";
import { Positions } from "../../../src/invoke/watch/positions.ts";
import { Topic } from "../../../src/invoke/watch/topic.ts";
import type { openSqliteStore } from "../../../src/store/sqlite/open.ts";
import { Station } from "../../events/hub.ts";
import { LogFollower, logOf } from "../../store/log-reader.ts";
import { openFor, temporaryFolder, user, users } from "../../store/tables.ts";

const options = { quietMs: 60_000, failed: (thrown: unknown) => assert.fail(String(thrown)) };

test("a feed that was woken while its log could not be read is woken again", async (context) => {
  const store = openFor(context, [users], `${temporaryFolder(context)}/feed.sqlite`);
  const log = logOf(store);
  const failing = Promise.withResolvers<never>();
  let [reads, failures] = [0, 0];
  const faulty = Object.create(log, {
    read: {
      value: (...asked: Parameters<typeof log.read>) =>
        reads++ === 0 ? failing.promise : reads <= 3 ? Promise.reject(new Error("away")) : log.read(...asked),
    },
    whenAdded: { value: log.whenAdded.bind(log) },
  });
  const topic = new Topic("User", "users", log, new Positions(log.identity("users")));
  const topics = new Map([["users", topic]]);
  const feed = new ChangeFeed({ ...options, failed: () => failures++, log: faulty, bus: null, topics });
  const offered: unknown[] = [];
  const watcher = {
    offer: (change: unknown) => offered.push(change),
    reached: () => {},
    fail: () => {},
    stop: () => {},
  };
  feed.start(topic, 0);
  topic.enter(watcher);
  topic.live.add(watcher);
  await store.table("users").insert([user(1)]);
  while (reads === 0) await turn();
  await store.table("users").insert([user(2)]);
  failing.reject(new Error("away"));
  while (failures === 0) await turn();
  await store.table("users").insert([user(3)]);
  while (reads < 2) await turn();
  await store.table("users").insert([user(4)]);
  while (reads < 3) await turn();
  await store.table("users").insert([user(5)]);
  while (offered.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(failures, 1, "told once, until it reads again");
  topic.leave(watcher);
});

test("the bus wakes the feed of another process, without a word of what was written", async (context) => {
  const location = `${temporaryFolder(context)}/feed.sqlite`;
  const relay = new Relay();
  const [here, there] = [new Station(relay), new Station(relay)];
  await Promise.all([here.bus.join(), there.bus.join()]);
  const [writing, reading] = [openFor(context, [users], location), openFor(context, [users], location)];
  const topicOf = (store: ReturnType<typeof openSqliteStore>): Topic =>
    new Topic("User", "users", logOf(store), new Positions(logOf(store).identity("users")));
  const heard: unknown[] = [];
  there.bus.subscribe("changes", { received: (message) => heard.push(message), missed: () => {} });
  new ChangeFeed({ ...options, log: logOf(writing), bus: here.bus, topics: new Map() });
  const topic = topicOf(reading);
  const feed = new ChangeFeed({
    ...options,
    log: logOf(reading),
    bus: there.bus,
    topics: new Map([["users", topic]]),
  });
  const offered: string[] = [];
  const watcher = {
    offer: ({ logged }: { logged: { id: string } }) => offered.push(logged.id),
    reached: () => {},
    fail: () => {},
    stop: () => {},
  };
  feed.start(topic, 0);
  topic.enter(watcher);
  topic.live.add(watcher);
  const [row] = await writing.table("users").insert([user(1)]);
  // Sooner than the next look at the log, which is a second away.
  for (let turns = 0; offered.length === 0 && turns < 1_000; turns++) await turn();
  assert.deepEqual(offered, [row?.["id"]]);
  assert.deepEqual(heard, [null]);
  there.standStill();
  await writing.table("users").insert([user(2)]);
  while (offered.length === 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(offered.length, 2, "a message that is lost costs a second");
  topic.leave(watcher);
  const follower = new LogFollower(logOf(writing));
  await follower.follow(() => true);
  assert.equal(follower.rows.size, 2);
});
