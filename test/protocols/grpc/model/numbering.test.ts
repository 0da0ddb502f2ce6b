import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { NameEntry } from "../../../../src/protocols/grpc/model/numbered-names.ts";
import {
  type LockChange,
  Numbering,
  type PackageLock,
} from "../../../../src/protocols/grpc/model/numbering.ts";

/** `name`, `name:type`, `name<former`. */
function entry(text: string): NameEntry {
  const [, name = "", type = "string", formerly = null] = /^(\w+)(?::([\w ]+))?(?:<(\w+))?$/.exec(text) ?? [];
  return { name, type, formerly };
}

interface Step {
  readonly numbers: Readonly<Record<string, number>>;
  readonly reserved: string;
  readonly changes: readonly string[];
  readonly lock: PackageLock;
}

/** One release after the other: each is numbered by the lock of the one before. */
function step(before: PackageLock | null, ...fields: readonly string[]): Step {
  const numbering = new Numbering(before);
  const entries = fields.map(entry);
  const names = numbering.message("M", null, entries);
  return {
    numbers: Object.fromEntries(entries.map(({ name }) => [name, names.number(name)])),
    reserved: `${names.reserved.numbers.join()} ${names.reserved.names.join()}`,
    changes: numbering.changes.map(shown),
    lock: numbering.toLock(),
  };
}

function shown({ kind, place, before, after, number }: LockChange): string {
  return `${kind} ${place} ${before} ${after} ${number}`;
}

test("without a lock, numbers are in the order of the definition", () => {
  const { numbers, changes, reserved } = step(null, "a", "b", "c");
  assert.deepEqual(numbers, { a: 1, b: 2, c: 3 });
  assert.deepEqual(changes, ["added M null message null"]);
  assert.equal(reserved, " ");
});

test("with one, they stay, and new names get the next", () => {
  const { lock } = step(null, "a", "b");
  const next = step(lock, "new", "b", "a");
  assert.deepEqual(next.numbers, { new: 3, b: 2, a: 1 });
  assert.deepEqual(next.changes, ["added M.new null string 3"]);
  assert.deepEqual(step(next.lock, "a", "b", "new").changes, []);
  assert.deepEqual(Object.keys(next.lock.messages["M"]?.numbers ?? {}), ["a", "b", "new"], "by number");
});

test("a renamed field keeps its number", () => {
  const { lock } = step(null, "a", "b");
  const next = step(lock, "a", "c<b");
  assert.deepEqual(next.numbers, { a: 1, c: 2 });
  assert.deepEqual(next.changes, ["renamed M.c b c 2"]);
  assert.equal(next.reserved, " ");
  const later = step(next.lock, "a", "c<b", "b");
  assert.deepEqual(later.numbers, { a: 1, c: 2, b: 3 }, "and its former name is free for another");
  assert.deepEqual(later.changes, ["added M.b null string 3"]);
});

test("`formerly` says nothing of names that are still there, or that nobody had", () => {
  const { lock } = step(null, "a", "b");
  assert.deepEqual(step(lock, "a", "b", "c<b").numbers, { a: 1, b: 2, c: 3 });
  assert.deepEqual(step(lock, "a", "b", "c<d").numbers, { a: 1, b: 2, c: 3 });
  assert.deepEqual(step(lock, "a", "c<b", "d<b").numbers, { a: 1, c: 2, d: 3 }, "one takes the number");
  assert.deepEqual(step(lock, "a<b", "b<a").numbers, { a: 1, b: 2 });
});

test("what is removed stays reserved, and gets its number back", () => {
  const { lock } = step(null, "a", "b", "c");
  const without = step(lock, "b");
  assert.equal(without.reserved, "1,3 a,c");
  assert.deepEqual(without.changes, ["removed M.a a null 1", "removed M.c c null 3"]);
  const other = step(without.lock, "b", "d");
  assert.deepEqual(other.numbers, { b: 2, d: 4 }, "the highest number counts though it is removed");
  assert.deepEqual(other.changes, ["added M.d null string 4"], "what was removed is told once");
  const back = step(other.lock, "b", "d", "c");
  assert.deepEqual(back.numbers, { b: 2, d: 4, c: 3 });
  assert.deepEqual(back.changes, ["returned M.c null c 3"]);
  assert.equal(back.reserved, "1 a");
});

test("a renamed field that is removed is reserved by its last name", () => {
  const renamed = step(step(null, "a", "b").lock, "a", "c<b");
  assert.equal(step(renamed.lock, "a").reserved, "2 c");
});

test("another type is told, for what stays, for what is renamed and for what returns", () => {
  const { lock } = step(null, "a", "b", "c");
  assert.deepEqual(step(lock, "a:int32", "d:bytes<b").changes, [
    "retyped M.a string int32 1",
    "renamed M.d b d 2",
    "retyped M.d string bytes 2",
    "removed M.c c null 3",
  ]);
  const without = step(lock, "a", "b");
  assert.deepEqual(step(without.lock, "a", "b", "c:repeated string").changes, [
    "returned M.c null c 3",
    "retyped M.c string repeated string 3",
  ]);
});

test("a message that is gone is kept as removed", () => {
  const { lock } = step(null, "a", "b");
  const numbering = new Numbering(lock);
  assert.deepEqual(numbering.changes.map(shown), ["removed M message null null"]);
  const gone = numbering.toLock();
  assert.deepEqual(gone.messages["M"]?.numbers, {});
  assert.deepEqual(new Numbering(gone).changes, [], "which is told once");
  assert.deepEqual(step(gone, "b", "c").numbers, { b: 2, c: 3 });
  assert.equal(step(gone, "b", "c").reserved, "1 a");
});

test("numbers that protobuf keeps are left out", () => {
  const messages = { M: { numbers: { a: { number: 18_999, type: "string" } }, removed: {} } };
  assert.deepEqual(step({ messages, enums: {} }, "a", "b", "c").numbers, { a: 18_999, b: 20_000, c: 20_001 });
  const within = { M: { numbers: { a: { number: 18_998, type: "string" } }, removed: {} } };
  assert.deepEqual(step({ messages: within, enums: {} }, "a", "b", "c").numbers, {
    a: 18_998,
    b: 18_999,
    c: 20_000,
  });
});

test("types that are named for a field are renamed with it", () => {
  const numbered = (numbering: Numbering, type: string, formerly: string | null): Numbering => {
    const prefix = type === "UserHome" ? "HOME" : "ADDRESS";
    const value = (word: string) => ({
      name: `${prefix}_${word}`,
      type: "",
      formerly: prefix === "HOME" ? `ADDRESS_${word}` : null,
    });
    numbering.enum(
      `${type}Kind`,
      formerly === null ? null : `${formerly}Kind`,
      [value("A"), value("B")].reverse(),
    );
    numbering.message(type, formerly, [entry("street"), entry(`kind:${type}Kind`)]);
    numbering.message("User", null, [
      entry(type === "UserHome" ? `home:repeated ${type}<address` : `address:repeated ${type}`),
    ]);
    return numbering;
  };
  const before = numbered(new Numbering(null), "UserAddress", null).toLock();
  const numbering = numbered(new Numbering(before), "UserHome", "UserAddress");
  assert.deepEqual(numbering.changes.map(shown), [
    "renamed UserHome UserAddress UserHome null",
    "renamed User.home address home 1",
    "renamed UserHomeKind UserAddressKind UserHomeKind null",
    "renamed UserHomeKind.HOME_B ADDRESS_B HOME_B 1",
    "renamed UserHomeKind.HOME_A ADDRESS_A HOME_A 2",
  ]);
  const after = numbering.toLock();
  assert.deepEqual(Object.keys(after.messages), ["User", "UserHome"]);
  assert.deepEqual(after.messages["User"]?.numbers, { home: { number: 1, type: "repeated UserHome" } });
  assert.deepEqual(numbered(new Numbering(after), "UserHome", "UserAddress").changes, []);
});

test("names that objects have of themselves are names like others", () => {
  const names = ["constructor", "toString", "__proto__", "hasOwnProperty"];
  const { lock, numbers } = step(null, ...names);
  assert.deepEqual(Object.values(numbers), [1, 2, 3, 4]);
  const parsed: PackageLock = JSON.parse(JSON.stringify(lock));
  const next = step(parsed, ...names);
  assert.deepEqual(next.changes, []);
});

test("whatever is released, a number stands for one field only", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const release = fc.uniqueArray(fc.constantFrom(...names), { maxLength: names.length });
  fc.assert(
    fc.property(fc.array(release, { maxLength: 12 }), (releases) => {
      const owners = new Map<number, string>();
      let lock: PackageLock | null = null;
      for (const fields of releases) {
        const { numbers, reserved, changes, lock: next } = step(lock, ...fields);
        for (const [name, number] of Object.entries(numbers)) {
          assert.equal(owners.get(number) ?? name, name);
          owners.set(number, name);
        }
        const known = [...owners].filter(([, name]) => !fields.includes(name)).sort(([a], [b]) => a - b);
        assert.equal(reserved, `${known.map(([number]) => number)} ${known.map(([, name]) => name)}`);
        assert.equal(changes.length === 0, JSON.stringify(next) === JSON.stringify(lock));
        lock = JSON.parse(JSON.stringify(next));
      }
    }),
  );
});

test("a field keeps its number through any renames", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{3}$/), { minLength: 2, maxLength: 10 }), (names) => {
      let { lock } = step(null, "other", String(names[0]));
      for (const [index, name] of names.slice(1).entries()) {
        const renamed = step(lock, `${name}<${names[index]}`, "other");
        assert.deepEqual(renamed.numbers, { [name]: 2, other: 1 });
        lock = renamed.lock;
      }
    }),
  );
});
