import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Heartbeat } from "../../src/client/heartbeat.ts";

// Time is the tests' own here: who sleeps does not notice that it passes.

let told: string[] = [];
let heartbeat: Heartbeat;
beforeEach((context) => {
  told = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  if ("after" in context) context.after(() => mock.timers.reset());
  heartbeat = new Heartbeat(
    { heartbeatMs: 20_000, answerMs: 10_000 },
    () => told.push("ask"),
    () => told.push("silent"),
  );
  heartbeat.start();
});

/** Time passes, second by second. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 1_000) mock.timers.tick(Math.min(left, 1_000));
}

/** Timers fire late: when all of it has passed. */
function sleep(ms: number): void {
  mock.timers.tick(ms);
}

test("who is heard is not asked; who is silent is, and is given up without an answer", () => {
  pass(19_999);
  heartbeat.heard();
  pass(20_000);
  assert.deepEqual(told, []);
  pass(1_000);
  assert.deepEqual(told, ["ask"]);
  heartbeat.heard();
  pass(10_000);
  pass(20_000);
  assert.deepEqual(told, ["ask", "ask"]);
  pass(10_000);
  assert.deepEqual(told, ["ask", "ask", "silent"]);
});

test("who has slept is asked at once, and not taken for silent", () => {
  pass(20_000);
  assert.deepEqual(told, ["ask"]);
  // An hour later, before anything that came meanwhile was read.
  sleep(3_600_000);
  assert.deepEqual(told, ["ask", "ask"]);
  heartbeat.heard();
  pass(10_000);
  assert.deepEqual(told, ["ask", "ask"]);
  // Nor is who was heard just before: that was before the sleep.
  heartbeat.heard();
  sleep(3_600_000);
  assert.deepEqual(told, ["ask", "ask", "ask"]);
  pass(10_000);
  assert.deepEqual(told, ["ask", "ask", "ask", "silent"]);
});

test("nothing happens once it is stopped", () => {
  heartbeat.stop();
  pass(100_000);
  assert.deepEqual(told, []);
});
