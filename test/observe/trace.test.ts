import assert from "node:assert/strict";
import { test } from "node:test";
import { beginTrace, incomingTrace } from "../../src/observe/trace.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";

test("takes a valid traceparent, and future versions as their rules say", () => {
  const flagsOf = (header: string) => incomingTrace(header, undefined)?.flags;
  assert.equal(flagsOf(`00-${traceId}-${parentId}-01`), 1);
  assert.equal(flagsOf(`00-${traceId}-${parentId}-00`), 0);
  assert.equal(flagsOf(`00-${traceId}-${parentId}-ff`), 3, "unknown flags are not passed on");
  assert.equal(flagsOf(`cc-${traceId}-${parentId}-01`), 1);
  assert.equal(flagsOf(`cc-${traceId}-${parentId}-01-what-the-future-brings`), 1);
});

test("an invalid traceparent is none", () => {
  const zeros = (count: number) => "0".repeat(count);
  const invalid = [
    "",
    `ff-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-01-more`,
    `00-${traceId}-${parentId}-01-`,
    `00-${traceId}-${parentId}-01 `,
    `00-${traceId}-${parentId}-1`,
    `00-${traceId}-${parentId}`,
    `cc-${traceId}-${parentId}-01.more`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${zeros(32)}-${parentId}-01`,
    `00-${traceId}-${zeros(16)}-01`,
    `00-${traceId.slice(1)}-${parentId}-01`,
    `0-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-0g`,
    // Two headers, joined as HTTP joins them.
    `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`,
  ];
  for (const header of invalid) assert.equal(incomingTrace(header, "a=b"), null, header);
  assert.equal(incomingTrace(undefined, "a=b"), null);
});

test("passes on the trace with a span of its own", () => {
  const trace = incomingTrace(`00-${traceId}-${parentId}-01`, "vendor=a,other=b");
  assert.ok(trace !== null);
  assert.match(trace.traceparent, new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  assert.equal(trace.traceparent, trace.traceparent);
  assert.notEqual(trace.spanId, parentId);
  assert.deepEqual([trace.traceId, trace.parentId, trace.state], [traceId, parentId, "vendor=a,other=b"]);
});

test("a tracestate beyond all measure is dropped whole, the trace stays", () => {
  const trace = incomingTrace(`00-${traceId}-${parentId}-01`, "a=b,".repeat(2_000));
  assert.deepEqual([trace?.traceId, trace?.state], [traceId, null]);
});

test("a trace may begin here", () => {
  const traces = Array.from({ length: 1_000 }, beginTrace);
  assert.equal(new Set(traces.map((trace) => trace.traceId)).size, 1_000);
  for (const trace of traces) {
    const next = incomingTrace(trace.traceparent, undefined);
    assert.deepEqual([next?.traceId, next?.parentId], [trace.traceId, trace.spanId]);
  }
});
