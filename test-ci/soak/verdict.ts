import assert from "node:assert/strict";
import type { MemoryTrend } from "./memory-record.ts";
import type { SoakOptions, SoakReport } from "./soak.ts";

/** Fails with what was not as it must be. */
export function assertGood(report: SoakReport, options: SoakOptions): void {
  assertAllServed(report);
  assertFlat(report.memory);
  assertDrained(report, options);
}

function assertAllServed({ webSockets, sessions, slowReaders, ...report }: SoakReport): void {
  assert.equal(report.goneEarly, 0, "connections were lost before the end");
  assert.deepEqual([...report.rejected], [], "the server has refused something");
  assert.deepEqual(failuresOf([...webSockets, ...sessions]), []);
  for (const { awaited, answered, pinged } of webSockets) {
    assert.equal(awaited, 0, "a ping was not answered");
    assert.ok(answered + pinged > 0, "a WebSocket was left alone");
  }
  for (const { underWay, answered } of sessions) {
    assert.equal(underWay, 0, "a request was not answered");
    assert.ok(answered > 10, "an HTTP/2 connection was not busy");
  }
  for (const [index, { check }] of slowReaders.entries()) {
    assert.equal(check.brokenAt, null, "a slow reader got other bytes than were written");
    assert.ok((report.takenSlowly[index] ?? 0) > 256 * 1024, "a slow reader got nearly nothing");
  }
}

/** MiB by which a figure may differ, and the part of it: what garbage collection and the allocator leave open. */
const slack = { values: 2, resident: 12, part: 0.05 };

function assertFlat({ middle, end }: MemoryTrend): void {
  const isFlat = (name: "values" | "resident"): boolean =>
    end[name] <= middle[name] * (1 + slack.part) + slack[name];
  assert.ok(isFlat("values"), `values grew from ${middle.values} to ${end.values} MiB`);
  assert.ok(isFlat("resident"), `resident memory grew from ${middle.resident} to ${end.resident} MiB`);
}

/** Everyone but the slow readers leaves in order; they are cut off when the time is up. */
function assertDrained(report: SoakReport, options: SoakOptions): void {
  const { webSockets, sessions, slowReaders, drained, exitCode } = report;
  assert.ok(drained.milliseconds <= options.drainMs + 1000, `draining took ${drained.milliseconds} ms`);
  assert.equal(drained.connections, 0);
  assert.equal(exitCode, 0, "the server did not end by itself");
  const codes = new Set(webSockets.map(({ closeCode }) => closeCode));
  assert.deepEqual([...codes], [1001], "WebSockets must be told that the server goes away");
  assert.ok(
    webSockets.every(({ isGone }) => isGone),
    "a WebSocket was left open",
  );
  assert.ok(
    sessions.every(({ isGone }) => isGone),
    "an HTTP/2 connection was left open",
  );
  assert.equal(report.downloadsEnded, slowReaders.length, "a slow reader was not cut off");
  const answered = sessions.reduce((sum, session) => sum + session.answered, 0);
  assert.equal(
    drained.requests,
    answered + webSockets.length + slowReaders.length,
    "requests that the server counted",
  );
}

function failuresOf(peers: readonly { readonly failure: string | null }[]): readonly string[] {
  return [...new Set(peers.map(({ failure }) => failure).filter((failure) => failure !== null))].slice(0, 5);
}
