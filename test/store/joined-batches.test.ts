import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout, setImmediate as turn } from "node:timers/promises";
import { stayer } from "../../src/base/company.ts";
import type { Ending } from "../../src/base/end-signal.ts";
import { rowVersion, type StoredRow } from "../../src/schema/table.ts";
import { JoinedTable } from "../../src/store/joined/table.ts";
import { Turn } from "../../src/store/joined/turn.ts";
import type { TableReader } from "../../src/store/store.ts";

interface Read {
  readonly ids: readonly string[];
  readonly company: Ending;
  answer(): void;
  fail(): void;
}

/** A table whose reads are answered when the test says so. */
function slowTable(enough: number = Number.POSITIVE_INFINITY) {
  const reads: Read[] = [];
  const readFor = (company: Ending, ids: readonly string[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly StoredRow[]>();
    const answer = () => resolve(ids.map((id) => ({ id, [rowVersion]: 1 })));
    reads.push({ ids: [...ids], company, answer, fail: () => reject(new Error("away")) });
    return promise;
  };
  const none = () => assert.fail("nothing else is read");
  const tableFor = (company: Ending): TableReader => ({
    get: none,
    getMany: (ids) => readFor(company, ids),
    list: none,
    listEach: none,
    count: none,
  });
  return { reads, joined: new JoinedTable(tableFor(stayer), new Turn(), { tableFor, enough }) };
}

/** The first read, and how often it has been told to end. */
function listenTo([read]: readonly Read[]) {
  assert.ok(read);
  let ends = 0;
  read.company.signal.addEventListener("abort", { handleEvent: () => ends++ });
  return { ...read, ends: () => ends };
}

/** Behind so many keys, others gather. */
const many = ["a", "b", "c", "d", "e", "f", "g", "h"];

test("while many keys are on their way the next ones gather, and leave before the former's readers are told", async () => {
  const { reads, joined } = slowTable();
  let underWay = 0;
  const first = joined.getMany(many, null).then((rows) => {
    underWay = reads.length;
    return rows[0];
  });
  await turn();
  const second = joined.get("2", null);
  await turn();
  const third = joined.getMany(["3", "2"], null);
  reads[0]?.answer();
  assert.equal((await first)?.["id"], "a");
  assert.equal(underWay, 2);
  assert.deepEqual(reads[1]?.ids, ["2", "3"]);
  reads[1]?.answer();
  assert.equal((await second)?.["id"], "2");
  assert.deepEqual(
    (await third).map((row) => row?.["id"]),
    ["3", "2"],
  );
});

test("nobody waits for the end of a slow read", async () => {
  const { reads, joined } = slowTable();
  const slow = joined.getMany(many, null);
  await turn();
  const quick = joined.get("2", null);
  while (reads.length < 2) await turn();
  reads[1]?.answer();
  assert.equal((await quick)?.["id"], "2");
  reads[0]?.answer();
  assert.equal((await slow).length, many.length);
  assert.equal(reads.length, 2);
});

test("a batch behind one that fails is read all the same, and what comes after finds nothing on its way", async () => {
  const { reads, joined } = slowTable();
  const failing = joined.getMany(many, null);
  await turn();
  const behind = joined.get("2", null);
  reads[0]?.fail();
  await assert.rejects(async () => await failing, /away/);
  assert.deepEqual(reads[1]?.ids, ["2"]);
  reads[1]?.answer();
  await behind;
  const later = joined.get("3", null);
  assert.equal(reads.length, 2);
  await turn();
  reads[2]?.answer();
  assert.equal((await later)?.["id"], "3");
});

test("where few keys are on their way, nobody waits for them", async () => {
  const { reads, joined } = slowTable();
  const rows = [];
  for (const id of many) {
    rows.push(joined.get(id, null));
    await turn();
  }
  assert.equal(reads.length, many.length);
  rows.push(joined.get("i", null));
  await turn();
  assert.equal(reads.length, many.length, "these are many");
  for (const { answer } of reads) answer();
  while (reads.length === many.length) await turn();
  reads.at(-1)?.answer();
  const ids = (await Promise.all(rows)).map((row) => row?.["id"]);
  assert.deepEqual(ids, [...many, "i"]);
});

test("what has enough keys leaves at once, though others are on their way", async () => {
  const { reads, joined } = slowTable(3);
  const rows = ["1", "2", "3", "4", "5", "6", "7"].map((id) => joined.get(id, null));
  assert.deepEqual(
    reads.map(({ ids }) => ids),
    [
      ["1", "2", "3"],
      ["4", "5", "6"],
    ],
  );
  // The second one is answered first, and tells its readers alone.
  reads[1]?.answer();
  assert.equal((await rows[3])?.["id"], "4");
  while (reads.length < 3) await turn();
  assert.deepEqual(reads[2]?.ids, ["7"]);
  reads[2]?.answer();
  reads[0]?.answer();
  const found = await Promise.all(rows);
  assert.deepEqual(
    found.map((row) => row?.["id"]),
    ["1", "2", "3", "4", "5", "6", "7"],
  );
});

test("what is read for many by key ends when the last of them has left, for the reason that this one had", async () => {
  const { reads, joined } = slowTable();
  const [first, second] = [new AbortController(), new AbortController()];
  const rows = [joined.get("1", null, undefined, first), joined.getMany(["2"], null, undefined, second)];
  await turn();
  const read = listenTo(reads);
  first.abort();
  await setTimeout(150);
  assert.equal(read.ends(), 0, "one is there");
  second.abort("deadline");
  assert.equal(read.ends(), 1);
  assert.equal(read.company.signal.aborted, true);
  assert.equal(read.company.signal.reason, "deadline");
  read.fail();
  for (const row of rows) await assert.rejects(async () => await row, /away/);
});

test("as long as one stays who never leaves, what is read together goes on", async () => {
  const { reads, joined } = slowTable();
  const leaving = new AbortController();
  const left = joined.get("1", null, undefined, leaving);
  const stays = joined.get("2", null);
  await turn();
  const read = listenTo(reads);
  leaving.abort();
  await setTimeout(150);
  assert.equal(read.ends(), 0);
  read.answer();
  assert.equal((await stays)?.["id"], "2");
  await left;
});
