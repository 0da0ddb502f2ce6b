import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DynamicTable } from "../../../src/net/hpack/dynamic-table.ts";
import { HpackError } from "../../../src/net/hpack/hpack-error.ts";
import { TableEntry } from "../../../src/net/hpack/table-entry.ts";
import { decoded, decoder } from "./decoded.ts";

// `40 0161 0162` puts a: b into the table, which takes 34 bytes of it; `be` is the newest entry.

test("a table behaves as a list that is cut to its capacity at the end", () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ add: fc.integer({ min: 0, max: 120 }) }) },
    { weight: 1, arbitrary: fc.record({ resize: fc.integer({ min: 0, max: 3000 }) }) },
  );
  const property = fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
    const table = new DynamicTable(2000);
    let model: TableEntry[] = [];
    let capacity = 2000;
    for (const [number, action] of steps.entries()) {
      if ("add" in action) {
        const entry = new TableEntry(String(number), "v".repeat(action.add), 0);
        model.unshift(entry);
        table.add(entry);
      } else {
        capacity = action.resize;
        table.resize(capacity);
      }
      model = cut(model, capacity);
      assert.equal(table.capacity, capacity);
      assert.equal(table.size, sizeOf(model));
      for (let age = 0; age < model.length + 2; age += 1) assert.equal(table.at(age), model[age] ?? null);
    }
  });
  fc.assert(property, { seed: 1, numRuns: 200 });
});

/** As far as the entries from the newest on fit; one that is too large leaves nothing. */
function cut(entries: readonly TableEntry[], capacity: number): TableEntry[] {
  let room = capacity;
  const end = entries.findIndex((entry) => {
    room -= entry.size;
    return room < 0;
  });
  return end < 0 ? [...entries] : entries.slice(0, end);
}

function sizeOf(entries: readonly TableEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.size, 0);
}

test("a field too large for the table empties it and is delivered all the same", () => {
  const state = decoder({ tableBytes: 100 });
  decoded(state, "40 0161 0162");
  const long = `40 0161 7f00${"63".repeat(127)}`;
  assert.deepEqual(decoded(state, long), ["a", "c".repeat(127)]);
  assert.equal(state.tableSize, 0);
  assert.throws(() => decoded(state, "be"), HpackError);
});

test("a name may come from the entry that the new one evicts (RFC 7541 §4.4)", () => {
  const state = decoder({ tableBytes: 40 });
  decoded(state, "40 0161 0162");
  assert.deepEqual(decoded(state, "7e 0163 be"), ["a", "c", "a", "c"]);
  assert.equal(state.tableSize, 34);
});

test("a size update to 0 empties the table, and one to more leaves it empty", () => {
  const state = decoder();
  decoded(state, "40 0161 0162");
  assert.deepEqual(decoded(state, "20 3fe11f 82"), [":method", "GET"]);
  assert.equal(state.tableSize, 0);
  assert.throws(() => decoded(state, "be"), HpackError);
});

test("a table without room takes no entries", () => {
  const state = decoder({ tableBytes: 0 });
  assert.deepEqual(decoded(state, "40 0161 0162"), ["a", "b"]);
  assert.equal(state.tableSize, 0);
});

test("a lower setting must be taken notice of in the next block (RFC 9113 §4.3.1)", () => {
  const lowered = (): ReturnType<typeof decoder> => {
    const state = decoder();
    decoded(state, "40 0161 0162");
    state.allowTable(64);
    return state;
  };
  assert.throws(() => decoded(lowered(), "82"), HpackError, "no update");
  assert.throws(() => decoded(lowered(), "3f22 82"), HpackError, "an update to 65");
  const state = lowered();
  assert.deepEqual(decoded(state, "3f21 be"), ["a", "b"], "an update to 64");
  assert.deepEqual(decoded(state, "be"), ["a", "b"], "and no second one");
  assert.throws(() => decoded(state, "3f22"), HpackError, "it stays the limit");
});

test("a setting that went down and up asks for an update to the lowest first (RFC 7541 §4.2)", () => {
  const twice = (): ReturnType<typeof decoder> => {
    const state = decoder();
    state.allowTable(0);
    state.allowTable(4096);
    return state;
  };
  assert.throws(() => decoded(twice(), "3fe11f 82"), HpackError);
  assert.deepEqual(decoded(twice(), "20 3fe11f 82"), [":method", "GET"]);
});

test("a setting that is not below what the peer uses asks for nothing", () => {
  const state = decoder();
  decoded(state, "20");
  state.allowTable(64);
  assert.deepEqual(decoded(state, "82"), [":method", "GET"]);
  state.allowTable(65_536);
  assert.deepEqual(decoded(state, "3fe1ff03 82"), [":method", "GET"], "an update to 65536");
});
