import assert from "node:assert/strict";
import type { Trend } from "./memory-trend.ts";
import type { SoakOptions } from "./options.ts";
import { connectionsOf, type Load, type SoakReport } from "./soak.ts";

/**
 * MiB by which memory may go up in the part of a run that counts: what garbage collection and the allocator leave open. A leak of
 * 100 bytes a request breaks the bound of the values after 42,000 requests, one of 1 KiB a connection after 4,000.
 */
export const growthAllowed: { readonly values: number; readonly resident: number } = {
  values: 4,
  resident: 24,
};

/** What a process late on a busy machine may take longer than the deadline it has set itself. */
const overshootMs = 3_000;

/** Fails with what was not as it must be. */
export function assertGood(report: SoakReport, options: SoakOptions): void {
  assertServed(report, options);
  assertFlat("values", report.memory.values);
  assertFlat("resident", report.memory.resident);
  assertDrained(report, options);
  assertNothingLost(report);
}

/** Until the server was asked to drain. */
function assertServed({ before, alive }: SoakReport, options: SoakOptions): void {
  const { webSockets, busy, slow, server } = before;
  assert.deepEqual([...webSockets.failures, ...busy.failures], []);
  assert.deepEqual(server.rejected, {}, "the server has refused something");
  assert.equal(webSockets.gone, 0, "idle WebSockets were lost");
  assert.equal(alive, options.sample, "idle WebSockets that answered a ping and a message");
  assert.equal(webSockets.neverPinged, 0, "the server has not asked for a sign of life");
  assert.ok(webSockets.passed > 0 && busy.reopened > 0, "nobody has come and left");
  assert.equal(busy.open, options.busyConnections);
  assert.equal(server.connections, connectionsOf(before), "connections that are left over in the server");
  assert.equal(server.begun["/held"], options.busyConnections, "held requests");
  for (const { httpVersion, received, end } of slow) {
    assert.equal(end, "none", `the slow reader of HTTP/${httpVersion} was cut off too early`);
    assert.ok(received > 256 * 1024, `the slow reader of HTTP/${httpVersion} got nearly nothing`);
  }
}

function assertFlat(name: keyof typeof growthAllowed, { from, to, growth }: Trend): void {
  const course = `${name} went from ${from.toFixed(1)} to ${to.toFixed(1)} MiB`;
  assert.ok(growth <= growthAllowed[name], `${course}, by ${growth.toFixed(2)} MiB as a trend`);
}

/** Everyone leaves in order but the slow readers, who are cut off when the time is up. */
function assertDrained({ drain, after, exitCode }: SoakReport, options: SoakOptions): void {
  const { webSockets, busy, slow, server } = after;
  assert.ok(drain <= options.drainMs + overshootMs, `draining took ${drain} ms`);
  assert.equal(server.connections, 0);
  assert.equal(exitCode, 0, "the server did not end by itself");
  assert.deepEqual([...webSockets.failures, ...busy.failures], []);
  assert.deepEqual(webSockets.closeCodes, { 1001: options.idleWebSockets });
  assert.equal(busy.open, 0, "an HTTP/2 connection was left open");
  assert.deepEqual(busy.goAways, { 2: options.busyConnections }, "connections by the number of GOAWAYs");
  for (const { httpVersion, isGood, end } of slow) {
    assert.equal(end, "broken off", `the answer to the slow reader of HTTP/${httpVersion}`);
    assert.ok(isGood, `the slow reader of HTTP/${httpVersion} got other bytes than were written`);
  }
}

/** Every request has come to an end that was meant, and what the server says it did not begin it has not. */
function assertNothingLost({ after }: SoakReport): void {
  const { busy, server } = after;
  for (const [path, trial] of Object.entries(busy.trials)) {
    const ended = trial.answered + trial.cut + trial.refused + trial.abandoned;
    assert.equal(ended, trial.sent, `requests for ${path} that came to an end`);
  }
  // Not /upload: where content and reset come in one piece, no handler learns of it.
  assertBegun(after, "/echo", 0);
  assertBegun(after, "/held", 0);
  assertBegun(after, "/content", 0);
  assertBegun(after, "/endless", after.slow.length);
  assert.equal(
    server.endlessEnded,
    server.begun["/endless"],
    "answers without an end that are still written",
  );
}

/** What was refused or cut with its connection is not known to have been begun; all else was, and just once. */
function assertBegun({ busy, server }: SoakReport["after"] & Load, path: string, others: number): void {
  const begun = (server.begun[path] ?? 0) - others;
  const { answered = 0, cut = 0, abandoned = 0 } = busy.trials[path] ?? {};
  const least = answered + cut;
  assert.ok(least > 0, `nobody has asked for ${path}`);
  assert.ok(
    begun >= least && begun <= least + abandoned,
    `${begun} requests for ${path} were begun, and not ${least} to ${least + abandoned}`,
  );
}
