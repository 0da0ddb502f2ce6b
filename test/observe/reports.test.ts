import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricsReport } from "../../src/observe/metrics-report.ts";
import { createMetrics } from "../../src/observe/prom-metrics.ts";
import { sumCounts, writeReports } from "../../src/observe/prom-reports.ts";

/** What one process counts: some requests of one operation, in milliseconds, and a value that is as it is. */
async function reportOf(durations: readonly number[], level: number, own = false): Promise<MetricsReport> {
  const metrics = createMetrics({ codes: ["BAD"], process: own });
  const series = metrics.series({ protocol: "rest", operation: "a.get", version: "1" });
  for (const ms of durations) series.add(200, "", ms);
  series.add(400, "BAD", 1);
  metrics.add({ name: "level", help: "Level", type: "gauge", read: () => level });
  metrics.add({
    name: "taken_total",
    help: "Taken",
    type: "counter",
    labelNames: ["kind"],
    read: () => [{ labels: { kind: `k${level}` }, value: level }],
  });
  // As it comes over the channel between processes.
  return JSON.parse(JSON.stringify(await metrics.report()));
}

function samples(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

const labels = 'protocol="rest",operation="a.get",version="1"';

test("counters, histograms and gauges of all are summed, by their labels", async () => {
  const reports = [await reportOf([0.1, 30], 2), await reportOf([30], 3)];
  const text = await writeReports(reports.map((report, index) => ({ worker: String(index + 1), report })));
  const all = samples(text);
  assert.equal(all.get(`fourfold_requests_total{${labels},status="200",code=""}`), 3);
  assert.equal(all.get(`fourfold_requests_total{${labels},status="400",code="BAD"}`), 2);
  const bucket = (le: string): number | undefined =>
    all.get(`fourfold_request_duration_seconds_bucket{le="${le}",${labels}}`);
  assert.deepEqual([bucket("0.00025"), bucket("0.025"), bucket("0.05"), bucket("+Inf")], [1, 3, 5, 5]);
  assert.equal(all.get(`fourfold_request_duration_seconds_count{${labels}}`), 5);
  const total = all.get(`fourfold_request_duration_seconds_sum{${labels}}`) ?? 0;
  assert.ok(Math.abs(total - 0.0621) < 1e-9, `${total}`);
  assert.equal(all.get("level"), 5);
  assert.deepEqual([all.get('taken_total{kind="k2"}'), all.get('taken_total{kind="k3"}')], [2, 3]);
  assert.match(text, /# TYPE fourfold_request_duration_seconds histogram\n/);
  assert.equal(text.match(/# TYPE level gauge/g)?.length, 1);
});

test("of what a sum would say nothing, each has its own", async () => {
  const report = await reportOf([], 1, true);
  const all = samples(
    await writeReports([
      { worker: "1", report },
      { worker: "2", report },
      { worker: null, report: [] },
    ]),
  );
  for (const worker of ["1", "2"]) {
    assert.ok((all.get(`process_start_time_seconds{worker="${worker}"}`) ?? 0) > 0);
    assert.ok(all.has(`nodejs_eventloop_lag_p99_seconds{worker="${worker}"}`));
  }
  assert.equal([...all.keys()].filter((name) => name.startsWith("nodejs_version_info")).length, 1);
  assert.ok(all.has("process_resident_memory_bytes"));
});

test("what those counted that are gone is kept, and what they had is not", async () => {
  const gone = await sumCounts([await sumCounts([await reportOf([5], 2)]), await reportOf([5, 5], 3)]);
  assert.deepEqual(
    gone.filter(({ type }) => type === "gauge"),
    [],
  );
  const all = samples(
    await writeReports([
      { worker: "1", report: await reportOf([5], 4) },
      { worker: null, report: gone },
    ]),
  );
  assert.equal(all.get(`fourfold_requests_total{${labels},status="200",code=""}`), 4);
  assert.equal(all.get(`fourfold_request_duration_seconds_count{${labels}}`), 7);
  assert.equal(all.get("level"), 4);
});
