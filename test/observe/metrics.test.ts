import assert from "node:assert/strict";
import { test } from "node:test";
import type { Metrics } from "../../src/observe/metrics.ts";
import { createMetrics } from "../../src/observe/prom-metrics.ts";
import { RequestRecord } from "../../src/observe/request-record.ts";
import type { RequestSeries } from "../../src/observe/request-series.ts";

const labels = { protocol: "rest", operation: "users.get", version: "1" };
const shared = 'operation="users.get",protocol="rest",version="1"';

test("counts requests by how they ended, and those in flight", async () => {
  const metrics = createMetrics({ codes: ["USER_NOT_FOUND"], process: false });
  const series = metrics.series(labels);
  assert.equal(metrics.series({ ...labels }), series);
  request(metrics, series, 200, null);
  request(metrics, series, 200, null);
  request(metrics, series, 404, "USER_NOT_FOUND");
  request(metrics, series, 400, "MADE_UP_1");
  request(metrics, series, 400, "MADE_UP_2");
  request(metrics, null, 404, "NOT_FOUND");
  metrics.requests.started(record());
  const samples = await read(metrics);
  assert.deepEqual([...samples].filter(([name]) => name.startsWith("fourfold_requests_")).sort(), [
    ['fourfold_requests_in_flight{protocol="rest"}', 1],
    [`fourfold_requests_total{code="",operation="users.get",protocol="rest",status="200",version="1"}`, 2],
    [`fourfold_requests_total{code="OTHER",operation="none",protocol="rest",status="404",version=""}`, 1],
    [
      `fourfold_requests_total{code="OTHER",operation="users.get",protocol="rest",status="400",version="1"}`,
      2,
    ],
    [
      `fourfold_requests_total{code="USER_NOT_FOUND",operation="users.get",protocol="rest",status="404",version="1"}`,
      1,
    ],
  ]);
});

test("durations are a cumulative histogram in seconds", async () => {
  const metrics = createMetrics({ codes: [], process: false });
  const series = metrics.series(labels);
  for (const ms of [0.1, 0.25, 3, 3, 60_000]) series.add(200, "", ms);
  metrics.series({ ...labels, operation: "never called" });
  const samples = await read(metrics);
  const bucket = (le: string) =>
    samples.get(`fourfold_request_duration_seconds_bucket{le="${le}",${shared}}`);
  assert.deepEqual(["0.00025", "0.0005", "0.0025", "0.005", "10", "+Inf"].map(bucket), [2, 2, 2, 4, 4, 5]);
  assert.equal(samples.get(`fourfold_request_duration_seconds_count{${shared}}`), 5);
  assert.ok(
    Math.abs((samples.get(`fourfold_request_duration_seconds_sum{${shared}}`) ?? 0) - 60.00635) < 1e-9,
  );
  assert.doesNotMatch([...samples.keys()].join(), /never called/);
});

test("reads the values of others when it is read itself, as often as that is", async () => {
  const metrics = createMetrics({ codes: [], process: false });
  let hits = 0;
  metrics.add({ name: "cache_hits_total", help: "Hits", type: "counter", read: () => hits });
  metrics.add({
    name: "listener_connections",
    help: "Connections",
    type: "gauge",
    labelNames: ["address"],
    read: () => [{ labels: { address: 'a"\\\nb' }, value: -hits }],
  });
  assert.throws(() => metrics.add({ name: "cache_hits_total", help: "x", type: "gauge", read: () => 0 }));
  for (const expected of [1, 2]) {
    hits++;
    const [samples, again] = await Promise.all([read(metrics), read(metrics)]);
    assert.equal(samples.get("cache_hits_total"), expected);
    assert.equal(samples.get('listener_connections{address="a\\"\\\\\\nb"}'), -expected);
    assert.deepEqual(samples, again);
  }
});

test("tells of the process too, once for several servers", async () => {
  const [first, second] = [createMetrics({ codes: [] }), createMetrics({ codes: [] })];
  for (const metrics of [first, second]) {
    const samples = await read(metrics);
    assert.ok((samples.get("process_resident_memory_bytes") ?? 0) > 0);
    assert.ok(samples.has("nodejs_eventloop_lag_p99_seconds"));
  }
});

function record(): RequestRecord {
  return new RequestRecord("rest", { method: "GET", path: "/", requestId: "r", trace: null });
}

function request(metrics: Metrics, series: RequestSeries | null, status: number, code: string | null): void {
  const one = record();
  metrics.requests.started(one);
  one.series = series;
  one.statusCode = status;
  one.errorCode = code;
  metrics.requests.finished(one);
}

/** The text, parsed strictly: every line is a comment or a sample, and no sample is there twice. Labels are sorted. */
async function read(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  const text = await metrics.text();
  assert.ok(text.endsWith("\n"));
  const samples = new Map<string, number>();
  const types = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# HELP ")) continue;
    const type = /^# TYPE ([a-z0-9_]+) (?:counter|gauge|histogram)$/.exec(line);
    if (type !== null) {
      assert.ok(!types.has(String(type[1])), `type twice: ${line}`);
      types.add(String(type[1]));
      continue;
    }
    const sample = /^([a-z_][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/.exec(line);
    assert.ok(sample !== null, `not a sample: ${line}`);
    const [, name, members, value] = sample;
    const sorted = members
      ?.match(/[a-z_]+="(?:[^"\\]|\\.)*"/g)
      ?.sort()
      .join(",");
    const id = sorted === undefined ? String(name) : `${name}{${sorted}}`;
    assert.ok(!samples.has(id), `twice: ${id}`);
    samples.set(id, Number(value));
  }
  return samples;
}
