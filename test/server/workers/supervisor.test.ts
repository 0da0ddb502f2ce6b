import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Rig, settle } from "./forked.ts";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/** Starts within `ms`, in which each new process ends at once. */
function startsWithin(rig: Rig, ms: number): number {
  const before = rig.forked.length;
  for (let passed = 0; passed < ms; passed += 10) {
    const known = rig.forked.length;
    mock.timers.tick(10);
    for (const forked of rig.forked.slice(known)) forked.listener.ended("exit code 1");
  }
  return rig.forked.length - before;
}

test("the first one starts alone, and the others once it answers", () => {
  const rig = new Rig(3);
  assert.deepEqual(
    rig.forked.map(({ start }) => start),
    [{ slot: 1, count: 3, isFirst: true, ports: null }],
  );
  rig.at(0).ready(4711);
  assert.deepEqual(
    rig.forked.slice(1).map(({ start }) => start),
    [2, 3].map((slot) => ({ slot, count: 3, isFirst: false, ports: null })),
  );
});

test("what stands in the way of the first one ends it, with its words and its exit code", async () => {
  const rig = new Rig(3);
  rig.at(0).fails("The port is in use");
  await settle();
  assert.deepEqual([rig.told, rig.exitCode, rig.forked.length], [["The port is in use"], 3, 1]);
  const silent = new Rig(2);
  silent.at(0).listener.ended("SIGSEGV");
  await settle();
  assert.deepEqual(silent.told, ["The first worker ended before it answered (SIGSEGV)"]);
  assert.equal(silent.exitCode, 1);
});

test("one that is lost is started again after a moment, and the same mishap is told once", () => {
  const rig = new Rig(2);
  rig.at(0).ready();
  rig.at(1).ready();
  rig.at(1).listener.ended("SIGKILL");
  assert.equal(rig.forked.length, 2);
  mock.timers.tick(100);
  assert.equal(rig.forked.length, 3);
  assert.equal(rig.at(2).start.slot, 2);
  for (let failure = 0; failure < 4; failure++) {
    rig.at(-1).fails("The database is locked");
    mock.timers.tick(5_000);
  }
  assert.deepEqual(rig.told, ["The database is locked"]);
});

test("one that fails again and again is tried ever less often, for ever while another answers", () => {
  const rig = new Rig(2);
  rig.at(0).ready();
  rig.at(1).ready();
  rig.at(1).listener.ended("exit code 1");
  const [early, late] = [startsWithin(rig, 2_000), startsWithin(rig, 60_000)];
  assert.ok(early >= 4 && early <= 6, `${early} in the first two seconds`);
  assert.ok(late >= 11 && late <= 26, `${late} in the minute after`);
  assert.equal(rig.exitCode, null);
});

test("when nobody answers and none stays, it gives up", async () => {
  const rig = new Rig(2);
  rig.at(0).ready();
  rig.at(1).ready();
  for (const forked of [...rig.forked]) forked.listener.ended("exit code 7");
  const starts = startsWithin(rig, 60_000);
  await settle();
  assert.ok(starts >= 8 && starts <= 16, `${starts}`);
  assert.deepEqual(rig.told, ["The workers end as soon as they start (exit code 1, 8 times)"]);
  assert.equal(rig.exitCode, 1);
});

test("port 0 is one port for all, also when nobody holds it any more", () => {
  const rig = new Rig(2);
  rig.at(0).ready(4711);
  rig.at(1).ready(4711);
  rig.at(1).listener.ended("SIGKILL");
  mock.timers.tick(100);
  assert.equal(rig.at(2).start.ports, null, "the other one's socket is shared");
  // The last one that holds the socket ends while another is about to ask for it.
  rig.at(0).listener.ended("SIGKILL");
  mock.timers.tick(100);
  assert.deepEqual(rig.at(3).start.ports, [4711]);
  rig.at(2).ready(4812);
  assert.ok(rig.at(2).isKilled, "it came too late for the old one");
  rig.at(3).ready(0);
  assert.ok(!rig.at(3).isKilled);
});

test("a restart replaces one at a time, and each new one answers before the old one stops", async () => {
  const rig = new Rig(2);
  rig.at(0).ready();
  rig.at(1).ready();
  const restarting = rig.supervisor.restart();
  await settle();
  assert.equal(rig.forked.length, 3);
  assert.deepEqual(rig.at(0).stops, []);
  rig.at(2).ready();
  await settle();
  assert.deepEqual([rig.at(0).stops, rig.at(1).stops, rig.forked.length], [["handOver"], [], 3]);
  rig.at(0).listener.ended("exit code 0");
  await settle();
  assert.deepEqual([rig.forked.length, rig.at(3).start.slot], [4, 2]);
  rig.at(3).ready();
  await settle();
  rig.at(1).listener.ended("exit code 0");
  await restarting;
  mock.timers.tick(60_000);
  assert.equal(rig.forked.length, 4, "those that were told to end are not started again");
});

test("a restart is given up when the new one does not start, and the old ones go on", async () => {
  const rig = new Rig(2);
  rig.at(0).ready();
  rig.at(1).ready();
  const restarting = rig.supervisor.restart();
  await settle();
  rig.at(2).fails("A column would be lost");
  await restarting;
  assert.deepEqual(rig.told, ["A column would be lost"]);
  assert.deepEqual([rig.at(0).stops, rig.at(1).stops], [[], []]);
  mock.timers.tick(60_000);
  assert.equal(rig.forked.length, 3);
  // The place that it was for is not lost to it: when the old one ends there is another.
  rig.at(0).listener.ended("SIGKILL");
  mock.timers.tick(100);
  assert.equal(rig.forked.length, 4);
});

test("a restart that is asked for meanwhile comes after", async () => {
  const rig = new Rig(1);
  rig.at(0).ready();
  const restarting = rig.supervisor.restart();
  await rig.supervisor.restart();
  await rig.supervisor.restart();
  rig.at(1).ready();
  await settle();
  rig.at(0).listener.ended("exit code 0");
  await settle();
  assert.equal(rig.forked.length, 3);
  rig.at(2).ready();
  await settle();
  rig.at(1).listener.ended("exit code 0");
  await restarting;
  assert.equal(rig.forked.length, 3);
});

test("an old one that does not end in its time is killed", async () => {
  const rig = new Rig(1);
  rig.at(0).ready();
  const restarting = rig.supervisor.restart();
  await settle();
  rig.at(1).ready();
  await settle();
  mock.timers.tick(2_500);
  assert.ok(!rig.at(0).isKilled);
  mock.timers.tick(600);
  assert.ok(rig.at(0).isKilled);
  await restarting;
});

test("it stops all, those that are starting and are about to be started too", async () => {
  const rig = new Rig(3);
  rig.at(0).ready();
  rig.at(1).ready();
  rig.at(0).listener.ended("SIGKILL");
  rig.supervisor.stop();
  assert.deepEqual(
    rig.forked.map(({ stops }) => stops),
    [[], ["drain"], ["drain"]],
  );
  mock.timers.tick(500);
  rig.supervisor.stop();
  assert.deepEqual(rig.at(1).stops, ["drain", "now"]);
  rig.at(1).listener.ended("exit code 1");
  mock.timers.tick(2_000);
  assert.ok(rig.at(2).isKilled);
  await settle();
  assert.deepEqual([rig.exitCode, rig.forked.length], [1, 3]);
});

test("stopped during a restart it ends", async () => {
  const rig = new Rig(1);
  rig.at(0).ready();
  const restarting = rig.supervisor.restart();
  await settle();
  rig.supervisor.stop();
  assert.deepEqual([rig.at(0).stops, rig.at(1).stops], [["drain"], ["drain"]]);
  rig.at(0).listener.ended("exit code 0");
  rig.at(1).listener.ended("exit code 0");
  await restarting;
  await settle();
  assert.equal(rig.exitCode, 0);
});
