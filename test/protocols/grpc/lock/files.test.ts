import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { api } from "fourfold";
import { DefinitionError, type Mistake } from "../../../../src/plan/mistakes.ts";
import type { LockFile } from "../../../../src/protocols/grpc/lock/lock-file.ts";
import { lockText } from "../../../../src/protocols/grpc/lock/lock-text.ts";
import { readLock } from "../../../../src/protocols/grpc/lock/read-lock.ts";
import { replaceFile } from "../../../../src/protocols/grpc/lock/replace-file.ts";
import { folder } from "../../../examples/program.ts";

function read(path: string): LockFile {
  return readLock(api("a", { lock: pathToFileURL(path) }));
}

function mistakesOf(path: string): readonly Mistake[] {
  try {
    read(path);
  } catch (thrown) {
    assert.ok(thrown instanceof DefinitionError, String(thrown));
    return thrown.mistakes;
  }
  return [];
}

const text = `{
  "version": 1,
  "grpc": {
    "a.v1": {
      "messages": {
        "User": {
          "numbers": {
            "id": { "number": 1, "type": "string" },
            "roles": { "number": 3, "type": "repeated UserRoles" }
          },
          "removed": {
            "name": { "number": 2, "type": "string" }
          }
        }
      },
      "enums": {
        "UserRoles": {
          "numbers": {
            "USER_ROLES_ADMIN": 1
          }
        }
      }
    }
  },
  "others": {
    "of": ["a", "later"],
    "version": {}
  }
}
`;

test("what is written is read, and the other way round", async (test) => {
  const path = join(await folder(test), "fourfold.lock.json");
  await writeFile(path, text);
  const lock = read(path);
  assert.equal(lock.exists, true);
  assert.equal(lock.path, path);
  assert.deepEqual(lock.packages["a.v1"]?.messages["User"]?.removed, { name: { number: 2, type: "string" } });
  assert.deepEqual(lock.packages["a.v1"]?.enums["UserRoles"]?.numbers, {
    USER_ROLES_ADMIN: { number: 1, type: "" },
  });
  assert.equal(lockText(lock), text);
});

test("a text is the same in whichever order its parts came", () => {
  const of = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name, index) => [name, { number: names.length - index, type: "string" }]));
  const message = { numbers: of("b", "a"), removed: {} };
  const written = (names: readonly string[]): string =>
    lockText({
      packages: Object.fromEntries(
        names.map((name) => [name, { messages: { [name]: message, Z: message }, enums: {} }]),
      ),
      others: {},
    });
  assert.equal(written(["C", "B", "A"]), written(["A", "B", "C"]));
  assert.ok(written(["A"]).indexOf('"a"') < written(["A"]).indexOf('"b"'), "by number");
});

test("no lock, and one that is not there yet, say nothing", async (test) => {
  assert.deepEqual(readLock(api("a", {})), { path: null, exists: false, packages: {}, others: {} });
  const path = join(await folder(test), "none.json");
  assert.deepEqual(read(path), { path, exists: false, packages: {}, others: {} });
});

const message = (content: string): string =>
  `{"version":1,"grpc":{"a.v1":{"messages":{"M":${content}},"enums":{}}}}`;
const at = "grpc.a.v1.messages.M";

const broken: readonly (readonly [what: string, text: string, place: string, message: RegExp])[] = [
  ["nothing", "", "", /is not JSON/],
  ["no JSON", '{"version":1,}', "", /is not JSON/],
  ["a merge", '{\n<<<<<<< HEAD\n"a":1\n=======\n"b":1\n>>>>>>> x\n}', "", /marks of a merge/],
  ["a list", "[]", "", /is no object/],
  ["no version", "{}", "version", /is undefined, and this fourfold knows 1/],
  ["a later version", '{"version":2}', "version", /is 2, and/],
  ["a package that is none", '{"version":1,"grpc":{"a.v1":[]}}', "grpc.a.v1", /is no object/],
  ["grpc that is none", '{"version":1,"grpc":null}', "grpc", /is no object/],
  ["a message that is none", message("1"), at, /is no object/],
  ["a field that is a number", message('{"numbers":{"a":1}}'), `${at}.numbers.a`, /is no object/],
  [
    "a number that is text",
    message('{"numbers":{"a":{"number":"1","type":"string"}}}'),
    `${at}.numbers.a.number`,
    /is "1", which is no number from 1 to 536870911/,
  ],
  ["0", message('{"numbers":{"a":{"number":0,"type":"string"}}}'), `${at}.numbers.a.number`, /is 0, /],
  [
    "a fraction",
    message('{"numbers":{"a":{"number":1.5,"type":"string"}}}'),
    `${at}.numbers.a.number`,
    /is 1.5, /,
  ],
  [
    "too large a number",
    message('{"removed":{"a":{"number":536870912,"type":"string"}}}'),
    `${at}.removed.a.number`,
    /is 536870912, /,
  ],
  [
    "a number that protobuf keeps",
    message('{"numbers":{"a":{"number":19500,"type":"string"}}}'),
    `${at}.numbers.a.number`,
    /outside of 19000 to 19999/,
  ],
  ["a type that is none", message('{"numbers":{"a":{"number":1}}}'), `${at}.numbers.a.type`, /is no text/],
  [
    "a name that is none",
    message('{"numbers":{"a b":{"number":1,"type":"string"}}}'),
    `${at}.numbers.a b`,
    /is no name/,
  ],
  [
    "one number for two",
    message('{"numbers":{"a":{"number":1,"type":"string"},"b":{"number":1,"type":"string"}}}'),
    at,
    /has the number 1 for both a and b/,
  ],
  [
    "one number for one that was removed",
    message('{"numbers":{"a":{"number":1,"type":"string"}},"removed":{"b":{"number":1,"type":"string"}}}'),
    at,
    /has the number 1 for both a and b/,
  ],
  [
    "a name both there and removed",
    message('{"numbers":{"a":{"number":1,"type":"string"}},"removed":{"a":{"number":2,"type":"string"}}}'),
    at,
    /has a both in numbers and in removed/,
  ],
  [
    "an enum's value 0",
    '{"version":1,"grpc":{"a.v1":{"enums":{"E":{"numbers":{"A":0}}}}}}',
    "grpc.a.v1.enums.E.numbers.A",
    /is 0, which is no number from 1 to 2147483647$/,
  ],
];

test("a lock that cannot be understood is told with file, place and mend", async (test) => {
  const path = join(await folder(test), "fourfold.lock.json");
  for (const [what, content, place, expected] of broken) {
    await writeFile(path, content);
    const [mistake, ...others] = mistakesOf(path);
    assert.ok(mistake !== undefined, what);
    assert.equal(mistake.place, place === "" ? path : `${path}, ${place}`, what);
    assert.match(mistake.message, expected, what);
    assert.match(mistake.mend, /^[A-Z]/, what);
    if (!what.includes("number")) assert.equal(others.length, what.startsWith("a list") ? 1 : 0, what);
  }
});

test("what is no file that can be read is told", async (test) => {
  const root = await folder(test);
  const place = async (name: string, make: (path: string) => unknown): Promise<string> => {
    const path = join(root, name);
    await make(path);
    return path;
  };
  const cases: readonly (readonly [path: string, message: RegExp])[] = [
    [await place("folder", mkdir), /^is no file$/],
    [await place("pipe", (path) => execFileSync("mkfifo", [path])), /^is no file$/],
    [
      await place("dangling", (path) => symlink(join(root, "nowhere"), path)),
      /^is a link to a file that is not there$/,
    ],
    [await place("loop", (path) => symlink(path, path)), /^cannot be read \(ELOOP\)$/],
    [join(await place("file", (path) => writeFile(path, "x")), "lock.json"), /^cannot be read \(ENOTDIR\)$/],
  ];
  for (const [path, expected] of cases) {
    const [mistake] = mistakesOf(path);
    assert.match(mistake?.message ?? "none", expected, path);
    assert.equal(mistake?.place, path);
  }
});

test("a link to a lock is followed, and stays one when the lock is written", async (test) => {
  const root = await folder(test);
  const [target, link] = [join(root, "target.json"), join(root, "link.json")];
  await writeFile(target, text);
  await chmod(target, 0o640);
  await symlink(target, link);
  assert.equal(read(link).exists, true);
  await replaceFile(link, "new");
  assert.equal(await readFile(target, "utf8"), "new");
  assert.ok((await lstat(link)).isSymbolicLink());
  assert.equal((await stat(target)).mode & 0o777, 0o640);
  assert.deepEqual((await readdir(root)).sort(), ["link.json", "target.json"]);
});

test("a file that cannot be written is left as it was, and no draft stays", async (test) => {
  const root = await folder(test);
  const path = join(root, "folder");
  await mkdir(path);
  await writeFile(join(path, "kept"), "x");
  await assert.rejects(replaceFile(path, "new"));
  assert.deepEqual(await readdir(root), ["folder"]);
  await rm(path, { recursive: true });
  await assert.rejects(replaceFile(join(path, "lock.json"), "new"), { code: "ENOENT" });
});
