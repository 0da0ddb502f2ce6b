import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { estimate, type Load } from "../../scripts/capacity/estimate.ts";
import { type Figures, readFigures } from "../../scripts/capacity/figures.ts";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

const figures: Figures = {
  cachedReadUs: 10,
  readUs: 20,
  writeUs: 40,
  graphqlUs: 50,
  grpcUs: 30,
  deliveryUs: 1,
  idleSocketKib: 4,
  processMib: 100,
};
const idle: Load = {
  reads: 0,
  writes: 0,
  graphql: 0,
  grpc: 0,
  cdnHits: 0,
  cacheHits: 0,
  watchers: 0,
  told: 0,
  rows: 0,
  rowBytes: 0,
  handlerUs: 0,
  foreignWriteUs: 0,
  databaseReadUs: 0,
  databaseWriteUs: 0,
  cacheMib: 0,
  poolMax: 10,
  maxConnections: 100,
  busy: 0.5,
  spare: 0,
};

test("reads are divided between CDN, cache and database", () => {
  const load = { ...idle, reads: 100_000, cdnHits: 0.5, cacheHits: 0.75, databaseReadUs: 100, handlerUs: 5 };
  const { cores, nodes, databaseStatements, databaseCores, cdnRequests } = estimate(load, figures);
  // 37,500 of 10 µs, 12,500 of 25 µs.
  assert.equal(cores, 0.6875);
  assert.equal(nodes, 2);
  assert.equal(databaseStatements, 12_500);
  assert.equal(databaseCores, 1.25);
  assert.equal(cdnRequests, 50_000);
});

test("every node hears of every write: they bound how many nodes help", () => {
  const load = { ...idle, writes: 10_000, foreignWriteUs: 10 };
  // 0.4 cores on one node; told to others, 0.1 of each.
  assert.equal(estimate(load, figures).nodes, 1);
  const more = { ...load, reads: 100_000, spare: 1 };
  const { nodes, busDeliveries } = estimate(more, figures);
  assert.equal(nodes, Math.ceil(2.4 / 0.4) + 1);
  assert.equal(busDeliveries, 60_000);
  assert.throws(() => estimate({ ...more, foreignWriteUs: 50 }, figures), /divide the data/);
});

test("connections are nodes by pool and three, and a pooler is asked for below the server's limit", () => {
  const load = { ...idle, reads: 150_000, maxConnections: 100 };
  assert.equal(estimate(load, figures).connections, 78);
  assert.equal(estimate(load, figures).needsPooler, false);
  assert.equal(estimate({ ...load, spare: 1 }, figures).needsPooler, true);
});

test("watchers take processor time by what they are told, and memory by being there", () => {
  const load = { ...idle, watchers: 102_400, told: 2, cacheMib: 50 };
  const { cores, nodes, memoryMibPerNode } = estimate(load, figures);
  assert.equal(cores, 0.2048);
  assert.equal(nodes, 1);
  assert.equal(memoryMibPerNode, 550);
});

test("the figures are those of the benchmarks' pages, and the program says what it left out", async () => {
  for (const [name, value] of Object.entries(readFigures(root)))
    assert.ok(value > 0.1 && value < 1_000, `${name} is ${value}`);
  const ask = (...args: readonly string[]) =>
    run(process.execPath, ["scripts/capacity.ts", ...args], { cwd: root });
  const { stdout } = await ask("--reads", "50000", "--cache-hits", "0.9", "--json");
  const { cachedReadUs, readUs, writeUs } = readFigures(root);
  const answer: unknown = JSON.parse(stdout);
  assert.ok(answer !== null && typeof answer === "object" && "cores" in answer);
  assert.ok(
    Math.abs(Number(answer.cores) - (45_000 * cachedReadUs + 5_000 * readUs + 50 * writeUs) / 1e6) < 1e-6,
  );
  assert.match((await ask()).stdout, /Left out: /);
  await assert.rejects(ask("--cache-hits", "2"), /from 0 to 1/);
});
