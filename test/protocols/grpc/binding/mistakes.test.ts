import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  type Api,
  api,
  command,
  type ProtoOptions,
  proto,
  query,
  resource,
  subscription,
  t,
  version,
} from "fourfold";
import { compileApi } from "../../../../src/plan/compile.ts";
import type { Mistake } from "../../../../src/plan/mistakes.ts";
import { bindProtos } from "../../../../src/protocols/grpc/binding/bind-protos.ts";
import { readProtos } from "../../../../src/protocols/grpc/binding/read-protos.ts";
import { isInContract } from "../../../../src/protocols/grpc/model/build.ts";

const folder = await mkdtemp(join(tmpdir(), "fourfold-protos-"));
after(() => rm(folder, { recursive: true }));

const Item = resource("Item", {
  fields: {
    id: t.id(),
    name: t.string(),
    count: t.int64({ optional: true }),
    state: t.enum(["on", "off"], { optional: true }),
    tags: t.list(t.string(), { default: [] }),
    place: t.object({ street: t.string() }, { optional: true }),
  },
});
const Strict = resource("Strict", { fields: { id: t.id(), name: t.string() }, requireMatch: true });
const ticks = subscription("ticks", { output: { value: t.int32() }, async *handle() {} });
const load = command("load", { messages: { text: t.string() }, handle: () => undefined });
const ping = query("ping", { output: { word: t.string() }, handle: () => ({ word: "" }) });
const other = query("other", { output: { word: t.string() }, handle: () => ({ word: "" }) });

function definition(file: URL, options: ProtoOptions): Api {
  return api("things", {
    resources: [Item, Strict],
    operations: [ticks, load, ping],
    versions: [version("0", { absent: [ping] }), version("1")],
    protos: [proto(file, options)],
  });
}

let count = 0;

/** What is wrong with a .proto, whose text is given without its first line and package, and what binds it. */
async function mistakesOf(text: string, options: ProtoOptions): Promise<readonly Mistake[]> {
  const path = join(folder, `p${count++}.proto`);
  await writeFile(path, text.startsWith("syntax") ? text : `syntax = "proto3"; package p; ${text}`);
  return mistakesIn(definition(pathToFileURL(path), options));
}

async function mistakesIn(given: Api): Promise<readonly Mistake[]> {
  const plan = compileApi(given);
  const { files, mistakes } = await readProtos(plan.api);
  bindProtos(files, { plan, isServed: isInContract, mistakes });
  return mistakes.list;
}

const one = "service S { rpc Do(Q) returns (A); }";
const get: ProtoOptions = { methods: { "S.Do": Item.get } };
const create: ProtoOptions = { methods: { "S.Do": Item.create } };

type Row = readonly [
  what: string,
  text: string,
  options: ProtoOptions,
  place: RegExp,
  message: RegExp,
  mend: RegExp,
];

const rows: readonly Row[] = [
  [
    "an rpc that is neither bound nor refused",
    "service S { rpc Do(Q) returns (A); rpc More(Q) returns (A); } message Q { string id = 1; } message A {}",
    get,
    /p\d+\.proto, S\.More$/,
    /^calls nothing$/,
    /methods: \{ "S\.More": \.\.\. \}, or refuse it by refused: \["S\.More"\]$/,
  ],
  [
    "one that is both",
    `${one} message Q { string id = 1; } message A {}`,
    { ...get, refused: ["p.S.Do"] },
    /p\d+\.proto, S\.Do$/,
    /^is bound and refused$/,
    /Leave it out/,
  ],
  [
    "a name of none, in methods",
    `${one} message Q { string id = 1; } message A {}`,
    { methods: { ...get.methods, "S.Dp": Item.get } },
    /p\d+\.proto$/,
    /^has no rpc S\.Dp, which methods names$/,
    /Did you mean S\.Do\?/,
  ],
  [
    "a name of none, in refused",
    `${one} message Q { string id = 1; } message A {}`,
    { ...get, refused: ["T.Other"] },
    /p\d+\.proto$/,
    /^has no rpc T\.Other, which refused names$/,
    /Known are S\.Do/,
  ],
  [
    "a field of a request without a meaning",
    `${one} message Q { string id = 1; string extra = 2; } message A {}`,
    get,
    /p\d+\.proto, Q\.extra$/,
    /^is no input of items\.get$/,
    /^Say which of id it is by fields: \{ "Q\.extra": "\.\.\." \}, or leave it out by null$/,
  ],
  [
    "a field of an answer without a meaning",
    `${one} message Q { string id = 1; } message A { string extra = 1; }`,
    get,
    /p\d+\.proto, A\.extra$/,
    /^is nothing that items\.get answers$/,
    /^Say which of id, name, count, state, tags, place, etag it is/,
  ],
  [
    "a meaning that there is not",
    `${one} message Q { string id = 1; } message A { string title = 1; }`,
    { ...get, fields: { title: "nane" } },
    /p\d+\.proto, A\.title$/,
    /^stands for nane, which is nothing that items\.get answers$/,
    /Did you mean name\?/,
  ],
  [
    "a required input without a field",
    `${one} message Q { repeated string tags = 1; } message A {}`,
    create,
    /p\d+\.proto, Q$/,
    /^has no field for name, which items\.create requires$/,
    /fields: \{ "Q\.FIELD": "name" \}/,
  ],
  [
    "an id without a field",
    `${one} message Q {} message A {}`,
    get,
    /p\d+\.proto, Q$/,
    /^has no field for id, which items\.get requires$/,
    /bind another operation/,
  ],
  [
    "a required etag without a field",
    `${one} message Q { string id = 1; } message A {}`,
    { methods: { "S.Do": Strict.delete } },
    /p\d+\.proto, Q$/,
    /^has no field for etag, which stricts\.delete requires$/,
    /bind another operation/,
  ],
  [
    "string to int64",
    `${one} message Q { string name = 1; string count = 2; } message A {}`,
    create,
    /p\d+\.proto, Q\.count$/,
    /^is string, and count of items\.create is int64$/,
    /^Such a field is int64 or sint64 or sfixed64: leave it out by null/,
  ],
  [
    "int32 to int64, in an answer",
    `${one} message Q { string id = 1; } message A { int32 count = 1; }`,
    get,
    /p\d+\.proto, A\.count$/,
    /^is int32, and count of items\.get is int64$/,
    /int64/,
  ],
  [
    "one value to a list",
    `${one} message Q { string id = 1; } message A { string tags = 1; }`,
    get,
    /p\d+\.proto, A\.tags$/,
    /^is string, and tags of items\.get is a list of string$/,
    /^Such a field is repeated string/,
  ],
  [
    "a list to one value",
    `${one} message Q { string id = 1; } message A { repeated string name = 1; }`,
    get,
    /p\d+\.proto, A\.name$/,
    /^is repeated string, and name of items\.get is string$/,
    /^Such a field is string/,
  ],
  [
    "a map",
    `${one} message Q { string id = 1; } message A { map<string, string> place = 1; }`,
    get,
    /p\d+\.proto, A\.place$/,
    /^is a map, and place of items\.get is object$/,
    /^Such a field is a message/,
  ],
  [
    "a message to text",
    `${one} message Q { string id = 1; } message A { A name = 1; }`,
    get,
    /p\d+\.proto, A\.name$/,
    /^is p\.A, and name of items\.get is string$/,
    /^Such a field is string/,
  ],
  [
    "an object's own fields",
    `${one} message Q { string name = 1; P place = 2; } message P { string town = 1; string street = 2; } message A {}`,
    create,
    /p\d+\.proto, P\.town$/,
    /^is no input of items\.create$/,
    /Say which of street/,
  ],
  [
    "a field mask of another type",
    `${one} message Q { string id = 1; string update_mask = 2; } message A {}`,
    { methods: { "S.Do": Item.update } },
    /p\d+\.proto, Q\.update_mask$/,
    /^is string, and updateMask of items\.update is google\.protobuf\.FieldMask$/,
    /^Such a field is google\.protobuf\.FieldMask/,
  ],
  [
    "two fields for one member",
    `${one} message Q { string id = 1; string key = 2; } message A {}`,
    { ...get, fields: { key: "id" } },
    /p\d+\.proto, Q\.key$/,
    /^stands for id, as id does$/,
    /^Leave one of the two out by null$/,
  ],
  [
    "a name in fields that no message has",
    `${one} message Q { string id = 1; } message A {}`,
    { ...get, fields: { "Q.idd": "id" } },
    /p\d+\.proto$/,
    /^has no field Q\.idd in what is bound/,
    /Did you mean Q\.id\?/,
  ],
  [
    "a scalar that stands for a message's fields",
    `${one} message Q { string id = 1; string all = 2; } message A {}`,
    { ...get, fields: { all: "*" } },
    /p\d+\.proto, Q\.all$/,
    /^is no single message, and stands for "\*"$/,
    /by its name/,
  ],
  [
    "a message within itself that stands for its fields",
    `${one} message Q { string id = 1; Q more = 2; } message A {}`,
    { ...get, fields: { more: "*" } },
    /p\d+\.proto, Q\.more$/,
    /^stands for "\*" within itself$/,
    /null/,
  ],
  [
    "a value of an enum without a meaning",
    `${one} enum E { E_NONE = 0; E_ON = 1; E_ODD = 2; } message Q { string name = 1; E state = 2; } message A {}`,
    create,
    /p\d+\.proto, E\.E_ODD$/,
    /^is none of on, off$/,
    /fields: \{ "E\.E_ODD": "\.\.\." \}/,
  ],
  [
    "a meaning of a value that there is not",
    `${one} enum E { E_NONE = 0; E_ON = 1; } message Q { string name = 1; E state = 2; } message A {}`,
    { ...create, fields: { "E.E_ON": "onn" } },
    /p\d+\.proto, E\.E_ON$/,
    /^stands for "onn", which it cannot be$/,
    /Known are on, off/,
  ],
  [
    "a word that an answer cannot say",
    `${one} enum E { E_NONE = 0; E_ON = 1; } message Q { string id = 1; } message A { E state = 1; }`,
    get,
    /p\d+\.proto, E$/,
    /^has no value for "off", which may be answered$/,
    /fields: \{ "E\.VALUE": "off" \}/,
  ],
  [
    "a stream that an operation does not answer",
    "service S { rpc Do(Q) returns (stream A); } message Q { string id = 1; } message A {}",
    get,
    /p\d+\.proto, S\.Do$/,
    /^answers a stream, and get once$/,
    /Bind a subscription/,
  ],
  [
    "one answer of a subscription",
    `${one} message Q {} message A { int32 value = 1; }`,
    { methods: { "S.Do": ticks } },
    /p\d+\.proto, S\.Do$/,
    /^answers once, and ticks a stream$/,
    /Bind a query or a command/,
  ],
  [
    "a stream of messages that an operation does not take",
    "service S { rpc Do(stream Q) returns (A); } message Q {} message A { string word = 1; }",
    { methods: { "S.Do": ping } },
    /p\d+\.proto, S\.Do$/,
    /^takes a stream of messages, and ping one input$/,
    /with messages/,
  ],
  [
    "one message to an operation of many",
    `${one} message Q { string text = 1; } message A {}`,
    { methods: { "S.Do": load } },
    /p\d+\.proto, S\.Do$/,
    /^takes one message, and load many$/,
    /without messages/,
  ],
  [
    "a list of which nobody could ask for the next page",
    `${one} message Q {} message A { repeated I items = 1; } message I { string name = 1; }`,
    { methods: { "S.Do": Item.list } },
    /p\d+\.proto, S\.Do$/,
    /^answers one page, and nobody could ask for the next one$/,
    /answer a stream/,
  ],
  [
    "an operation that its version does not have",
    `${one} message Q {} message A { string word = 1; }`,
    { methods: { "S.Do": ping }, version: "0" },
    /p\d+\.proto, S\.Do$/,
    /^calls "ping", which is not in version 0$/,
    /refuse the rpc/,
  ],
  [
    "a package that is served already",
    'syntax = "proto3"; package things.v1; service S {}',
    { methods: {} },
    /p\d+\.proto$/,
    /^has the package things\.v1, which is served already$/,
    /another package/,
  ],
  [
    "proto2",
    'syntax = "proto2"; package p;',
    { methods: {} },
    /p\d+\.proto$/,
    /^is not written in proto3$/,
    /proto3/,
  ],
  [
    "what cannot be parsed",
    'syntax = "proto3";\npackage p;\nmessage Q { string x = ; }',
    { methods: {} },
    /p\d+\.proto:3$/,
    /^cannot be parsed: illegal id ';'$/,
    /Mend the file/,
  ],
  [
    "a type of a file that is not there",
    'import "other/thing.proto"; message Q { other.Thing x = 1; }',
    { methods: {} },
    /p\d+\.proto$/,
    /^cannot be understood: no such Type or Enum 'other\.Thing'/,
    /other\/thing\.proto$/,
  ],
];

for (const [what, text, options, place, message, mend] of rows)
  test(`mistake: ${what}`, async () => {
    const mistakes = await mistakesOf(text, options);
    const found = mistakes.find((each) => message.test(each.message));
    assert.ok(found !== undefined, JSON.stringify(mistakes, null, 1));
    assert.match(found.place, place);
    assert.match(found.mend, mend);
    assert.equal(mistakes.length, 1, JSON.stringify(mistakes, null, 1));
  });

test("all are told at once, those of the generated .proto too", async () => {
  const { serve } = await import("fourfold/server");
  const path = join(folder, "many.proto");
  await writeFile(
    path,
    'syntax = "proto3"; package p; service S { rpc Do(Q) returns (A); rpc More(Q) returns (A); } message Q { int32 id = 1; string x = 2; } message A { string y = 1; }',
  );
  const base = definition(pathToFileURL(path), get);
  const clash = query("getItem", { handle: () => undefined });
  const given = api("things", { ...base.options, operations: [ticks, load, ping, clash] });
  await assert.rejects(
    serve(given, { listen: ["127.0.0.1:0"], database: "sqlite::memory:", logLevel: "silent" }),
    {
      name: "DefinitionError",
      message: /has 5 mistakes/,
    },
  );
});

test("a file that is not there", async () => {
  const [found] = await mistakesIn(definition(pathToFileURL(join(folder, "none.proto")), get));
  assert.match(found?.place ?? "", /none\.proto$/);
  assert.match(found?.message ?? "", /^cannot be read \(ENOENT\)$/);
});

test("two files with one service", async () => {
  const path = join(folder, "twice.proto");
  await writeFile(path, `syntax = "proto3"; package p; ${one} message Q { string id = 1; } message A {}`);
  const twice = [proto(pathToFileURL(path), get), proto(pathToFileURL(path), get)];
  const [found] = await mistakesIn(api("things", { resources: [Item], protos: twice }));
  assert.match(found?.message ?? "", /^has the service p\.S, as .*twice\.proto has$/);
});

test("two files with one path", async () => {
  const urls = await Promise.all(
    ["one", "two"].map(async (name) => {
      await mkdir(join(folder, name));
      const path = join(folder, name, "same.proto");
      await writeFile(
        path,
        `syntax = "proto3"; package of.${name}; ${one} message Q { string id = 1; } message A {}`,
      );
      return pathToFileURL(path);
    }),
  );
  const protos = urls.map((url) => proto(url, get));
  const [found] = await mistakesIn(api("things", { resources: [Item], protos }));
  assert.match(found?.message ?? "", /^is same\.proto to others, as .*one\/same\.proto is$/);
  assert.match(found?.mend ?? "", /such as of\/two$/);
});

test("what imports find: beside the file, and by the folders of its package", async () => {
  await mkdir(join(folder, "tree/acme/v1"), { recursive: true });
  await mkdir(join(folder, "tree/acme/common"), { recursive: true });
  await writeFile(
    join(folder, "tree/acme/common/key.proto"),
    'syntax = "proto3"; package acme.common; message Key { string id = 1; }',
  );
  const path = join(folder, "tree/acme/v1/s.proto");
  await writeFile(
    path,
    `syntax = "proto3"; package acme.v1; import "acme/common/key.proto"; service S { rpc Do(acme.common.Key) returns (A); } message A { string name = 1; }`,
  );
  const given = definition(pathToFileURL(path), get);
  assert.deepEqual(await mistakesIn(given), []);
  const { files } = await readProtos(given);
  assert.deepEqual(
    files.map(({ file, imports }) => [file.path, imports.map((each) => each.path)]),
    [["acme/v1/s.proto", ["acme/common/key.proto"]]],
  );
});

test("the form of a declaration", () => {
  const at = new URL("file:///x.proto");
  const wrong = (protos: unknown): RegExp[] | string => {
    try {
      compileApi(api("things", { resources: [Item], protos: protos as never }));
    } catch (thrown) {
      return String(thrown);
    }
    return "";
  };
  const cases: readonly (readonly [unknown, RegExp])[] = [
    ["x", /api\.protos: is not a list/],
    [["x"], /api\.protos\[0\]: is of another sort\. Make it with proto/],
    [[proto("./x.proto" as never, get)], /names no URL of a file/],
    [[proto(at, { ...get, version: "9" })], /is of the version "9", which there is not/],
    [[proto(at, { ...get, verion: "1" } as never)], /unknown option "verion"\. Did you mean version\?/],
    [[proto(at, {} as never)], /has no methods/],
    [
      [proto(at, { methods: { "S.Do": null } } as never)],
      /api\.protos\[0\]\.methods\.S\.Do: is no operation/,
    ],
    [[proto(at, { methods: { "S.Do": other } })], /is the operation "other", which is not of this API/],
    [[proto(at, { ...get, refused: [1] } as never)], /refused: holds 1/],
    [[proto(at, { ...get, fields: { a: 1 } } as never)], /fields\.a: is 1\. Write the name/],
    [[proto(at, { methods: { "S.Do": { operation: Item.get, fields: { a: "" } } } })], /fields\.a: is ""/],
  ];
  for (const [protos, expected] of cases) assert.match(String(wrong(protos)), expected);
});
