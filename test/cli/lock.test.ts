import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder, runToEnd } from "../examples/program.ts";

const module = "test/cli/pinned.ts";

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs fourfold on one release of the definition. */
type Fourfold = (release: string, ...args: readonly string[]) => Promise<Ended>;

async function withLock(test: TestContext): Promise<{ readonly lock: string; readonly fourfold: Fourfold }> {
  const lock = join(await folder(test), "fourfold.lock.json");
  const fourfold: Fourfold = (release, ...args) =>
    runToEnd(["src/cli/main.ts", ...args], { LOCK: lock, RELEASE: release });
  return { lock, fourfold };
}

test("numbers are locked, and what changes is told by check and written by lock", async (test) => {
  const { lock, fourfold } = await withLock(test);
  const unlocked = await fourfold("first", "check", module);
  assert.deepEqual([unlocked.code, unlocked.stdout], [1, ""]);
  assert.equal(
    unlocked.stderr,
    `${lock} is not there yet. Run "fourfold lock ${module}" and commit the file.\n`,
  );
  const written = await fourfold("first", "lock", module);
  assert.deepEqual([written.code, written.stderr], [0, ""]);
  assert.equal(written.stdout, `things.v1: is new, a whole package\nWrote ${lock}\n`);
  const [checked, again, changed] = await Promise.all([
    fourfold("first", "check", module),
    fourfold("first", "lock", module),
    fourfold("second", "check", module),
  ]);
  assert.deepEqual([checked.code, checked.stderr], [0, ""]);
  assert.doesNotMatch(checked.stdout, /not pinned/);
  assert.deepEqual([again.code, again.stdout], [0, `${lock} is up to date\n`]);
  assert.equal(changed.code, 1);
  const mend = `Run "fourfold lock ${module}" and commit the file.`;
  assert.equal(
    changed.stderr,
    [
      `${lock} does not have 8 changes of the definition:`,
      `  things.v1.Thing.title: was name (number 2). ${mend}`,
      `  things.v1.Thing.note: is new, string (number 6). ${mend}`,
      `  things.v1.Thing.size: is gone (number 3). ${mend}`,
      `  things.v1.UpdateThingRequest.title: was name (number 2). ${mend}`,
      `  things.v1.UpdateThingRequest.note: is new, string (number 7). ${mend}`,
      `  things.v1.UpdateThingRequest.size: is gone (number 3). ${mend}`,
      `  things.v1.ThingState.THING_STATE_IDLE: is new (number 3). ${mend}`,
      `  things.v1.ThingState.THING_STATE_OFF: is gone (number 2). ${mend}`,
      "",
    ].join("\n"),
  );
  const second = await fourfold("second", "lock", module);
  assert.equal(second.code, 0);
  assert.equal(second.stdout.trimEnd().split("\n").length, 9);
  assert.match(second.stdout, /^things\.v1\.Thing\.size: is gone \(number 3\)$/m);
  const { Thing, UpdateThingRequest } = JSON.parse(await readFile(lock, "utf8")).grpc["things.v1"].messages;
  assert.deepEqual(Thing.removed, { size: { number: 3, type: "int32" } });
  assert.equal(UpdateThingRequest.numbers.title.number, 2);
  const contract = await fourfold("second", "contract", "grpc", module);
  assert.match(contract.stdout, / {2}reserved 3;\n {2}reserved "size";\n/);
  assert.deepEqual(await readdir(dirname(lock)), ["fourfold.lock.json"], "no draft stays");
});

test("a number that would get another type is refused, and the lock is left as it was", async (test) => {
  const { lock, fourfold } = await withLock(test);
  assert.equal((await fourfold("first", "lock", module)).code, 0);
  const before = await readFile(lock, "utf8");
  const commands = [["check"], ["lock"], ["contract", "grpc"]];
  const ended = await Promise.all(commands.map((args) => fourfold("retyped", ...args, module)));
  for (const { code, stdout, stderr } of ended) {
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^ {2}things\.v1\.Thing\.name: was string, and is int32 \(number 2\)\. Give it another name, or keep the old type in this version by `converted` and have the new one in another version\.$/m,
    );
    assert.doesNotMatch(stderr, /\n\s+at |Run "fourfold lock/);
  }
  assert.equal(await readFile(lock, "utf8"), before);
});

test("a lock that cannot be understood is told with file, place and mend, and is not written over", async (test) => {
  const { lock, fourfold } = await withLock(test);
  const content = '{"version":1,"grpc":{"things.v1":{"messages":{"Thing":{"numbers":{"id":{"number":0}}}}}}}';
  await writeFile(lock, content);
  const ended = await Promise.all([fourfold("first", "check", module), fourfold("first", "lock", module)]);
  for (const { code, stderr } of ended) {
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^ {2}.*fourfold\.lock\.json, grpc\.things\.v1\.messages\.Thing\.numbers\.id\.number: is 0, /m,
    );
    assert.match(stderr, /Restore it as it was committed last\.$/m);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
  assert.equal(await readFile(lock, "utf8"), content);
});

test("without the option lock: check says so, and lock cannot know where", async () => {
  const [check, lock] = await Promise.all([
    runToEnd(["src/cli/main.ts", "check", module]),
    runToEnd(["src/cli/main.ts", "lock", module]),
  ]);
  assert.equal(check.code, 0);
  assert.match(check.stdout, /is in order.*\n.*not pinned: write lock: new URL/);
  assert.equal(lock.code, 1);
  assert.match(lock.stderr, /^"things" names no lock: write lock: new URL\(.*\n$/);
});

test("what cannot be in a .proto is a mistake of the definition", async (test) => {
  const { fourfold } = await withLock(test);
  const { code, stderr } = await fourfold("colliding", "check", module);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /has 1 mistake:\n {2}Thing\.updateMask: is the field update_mask in the \.proto, and /,
  );
});

test("the contract of a version is written to standard output, or to a file", async (test) => {
  const out = join(await folder(test), "blog.proto");
  const contract = ["src/cli/main.ts", "contract", "grpc", "examples/blog/api.ts"];
  const [shown, written, missing, blog] = await Promise.all([
    runToEnd(contract),
    runToEnd([...contract, "--api-version", "2", "--out", out]),
    runToEnd([...contract, "--api-version", "7"]),
    runToEnd(["src/cli/main.ts", "check", "examples/blog/api.ts"]),
  ]);
  assert.match(shown.stdout, /^package blog\.v1;$/m);
  assert.match(shown.stdout, /^ {2}string name = 2;$/m);
  assert.match(shown.stdout, /rpc WatchUsers\(WatchUsersRequest\) returns \(stream WatchUsersResponse\);/);
  assert.equal(written.stdout, "");
  assert.match(await readFile(out, "utf8"), /^ {2}string display_name = 2;$/m);
  assert.deepEqual([missing.code, missing.stderr], [1, 'There is no version "7"\n']);
  assert.deepEqual([blog.code, blog.stderr], [0, ""], "the blog's lock is up to date");
});
