import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyResource,
  type Api,
  type ApiOptions,
  api,
  channel,
  command,
  error,
  query,
  resource,
  signedIn,
  t,
  version,
} from "fourfold";
import { checkDefinition } from "../../src/plan/check.ts";
import { compileApi } from "../../src/plan/compile.ts";
import { DefinitionError } from "../../src/plan/mistakes.ts";
import { apiOf, loose, Post, User, untyped } from "./definitions.ts";

type Row = readonly [name: string, options: ApiOptions, place: string, message: RegExp];

const handle = (): void => undefined;
const Stranger = resource("Stranger", { fields: { id: t.id() } });
const Thing = (options: object): readonly AnyResource[] => [
  loose.resource("Thing", { fields: { id: t.id(), name: t.string() }, ...options }),
];
const act = (options: object, name = "act"): ApiOptions => ({
  resources: [User, Post],
  operations: [loose.command(name, { handle, ...options })],
});
const ask = (options: object): ApiOptions => ({
  resources: [User, Post],
  operations: [loose.query("ask", { handle, output: t.int32(), ...options })],
});
/** An operation on a resource that is listed by a handler, and has nothing else. */
const onNowhere = (options: object): ApiOptions => {
  const nowhere = resource("Nowhere", {
    fields: { id: t.id() },
    methods: ["list"],
    handlers: { list: () => ({ items: [], nextPageToken: "" }) },
  });
  return { resources: [nowhere], operations: [loose.command("act", { handle, on: nowhere, ...options })] };
};
const since = (options: object, name = "0"): ApiOptions => ({
  resources: [User, Post],
  versions: [loose.version(name, options), version("1")],
});
const codes = (...all: readonly unknown[]): ApiOptions => ({ errors: untyped(all) });

const rows: readonly Row[] = [
  ["an unknown option", untyped({ resource: [] }), "api", /"resource".*Did you mean resources/],
  ["resources that are no list", { resources: untyped(User) }, "api.resources", /not a list/],
  ["a resource that is none", { resources: [untyped({ name: "User" })] }, "api.resources[0]", /another sort/],
  ["an operation that is none", { operations: [untyped(null)] }, "api.operations[0]", /another sort/],
  ["authenticate that is none", { authenticate: untyped("x") }, "api", /authenticate/],
  ["a seed that is none", { seed: untyped({}) }, "api", /seed/],
  ["changes kept for no time", { keepChanges: "an hour" }, "api", /keepChanges "an hour".*"1h"/],
  ["a deadline that is none", { deadline: "5 minutes" }, "api", /deadline "5 minutes".*"5m"/],
  ["a lock that is a path", { lock: untyped("./fourfold.lock.json") }, "api", /lock.*new URL\("\.\/fourfold/],
  [
    "a lock elsewhere",
    { lock: new URL("https://example.com/fourfold.lock.json") },
    "api",
    /no URL of a file/,
  ],
  ["an unknown default version", { defaultVersion: "2" }, "api", /defaultVersion "2"/],
  ["no versions in a list", { versions: [] }, "api", /no versions/],
  ["a title that is none", { title: untyped(5) }, "api", /title that is not text/],

  [
    "a resource in lower case",
    { resources: [resource("user", { fields: User.definition.fields })] },
    "user",
    /User/,
  ],
  [
    "a resource under GraphQL's name",
    { resources: [resource("Query", { fields: User.definition.fields })] },
    "Query",
    /GraphQL/,
  ],
  [
    "a plural of another form",
    { resources: Thing({ plural: "All things" }) },
    "Thing",
    /plural "All things".*allThings/,
  ],
  ["a plural of the server's", { resources: Thing({ plural: "metrics" }) }, "Thing", /page at \/metrics/],
  ["a plural of two", { resources: [User, ...Thing({ plural: "users" })] }, "Thing", /table the name/],
  ["a resource twice", { resources: [User, User] }, "User", /twice/],
  [
    "two of a name",
    { resources: [User, resource("User", { fields: User.definition.fields })] },
    "User",
    /another resource/,
  ],
  ["an unknown option of a resource", { resources: Thing({ pagesize: 5 }) }, "Thing", /"pagesize".*pageSize/],
  [
    "an unknown method",
    { resources: Thing({ methods: ["get", "lst"] }) },
    "Thing",
    /"methods.lst".*methods.list/,
  ],
  [
    "a related of a field that is no reference",
    { resources: Thing({ handlers: { get: handle }, related: { name: handle } }) },
    "Thing.related.name",
    /not a reference/,
  ],
  [
    "a related of rows that a store keeps",
    {
      resources: [
        User,
        loose.resource("Note", {
          fields: { id: t.id(), user: t.ref(() => User, { inverse: "notes" }) },
          related: { user: handle },
        }),
      ],
    },
    "Note.related.user",
    /found by the store/,
  ],
  [
    "a related of a reference without an inverse",
    {
      resources: [
        User,
        loose.resource("Note", {
          fields: { id: t.id(), user: t.ref(() => User) },
          handlers: { get: handle },
          related: { user: handle },
        }),
      ],
    },
    "Note.related.user",
    /no name the other way round/,
  ],
  [
    "an unknown handler",
    { resources: Thing({ handlers: { gett: handle } }) },
    "Thing",
    /handlers.gett.*handlers.get/,
  ],
  [
    "a handler that is none",
    { resources: Thing({ handlers: { get: 5 } }) },
    "Thing.handlers.get",
    /not a function/,
  ],
  ["an unknown rule", { resources: Thing({ allow: { row: handle } }) }, "Thing", /"allow.row".*allow.rows/],
  [
    "a rule that is none",
    { resources: Thing({ methods: ["get"], allow: { call: { get: true } } }) },
    "Thing.allow.call.get",
    /not a rule/,
  ],
  [
    "a rule of no field",
    { resources: Thing({ allow: { fields: { nam: signedIn } } }) },
    "Thing.allow.fields.nam",
    /not there.*name/,
  ],
  ["a buffer of 0", { resources: Thing({ watch: { buffer: 0 } }) }, "Thing", /watch.buffer 0.*1 or more/],
  ["an unknown policy", { resources: Thing({ watch: { slow: "drop" } }) }, "Thing", /watch.slow "drop"/],
  ["an unknown option of watch", { resources: Thing({ watch: { size: 1 } }) }, "Thing", /"watch.size"/],
  ["a page size of 0", { resources: Thing({ pageSize: { default: 0 } }) }, "Thing", /pageSize.default 0/],
  [
    "a page size over the maximum",
    { resources: Thing({ pageSize: { max: 10 } }) },
    "Thing",
    /\(50\) over pageSize.max \(10\)/,
  ],
  [
    "a notFound of another kind",
    { resources: Thing({ notFound: error("GONE", { kind: "aborted" }) }) },
    "Thing",
    /kind "aborted"/,
  ],
  ["a cache without an age", { resources: Thing({ cache: {} }) }, "Thing.cache", /maxAge undefined/],
  [
    "a misspelt cache option",
    { resources: Thing({ cache: { maxAge: 1, maxage: 1 } }) },
    "Thing.cache",
    /"maxage".*maxAge/,
  ],
  [
    "two inverses alike",
    {
      resources: [
        User,
        Post,
        resource("Note", { fields: { id: t.id(), by: t.ref(() => User, { inverse: "posts" }) } }),
      ],
    },
    "Note.by",
    /inverse posts, as Post.author/,
  ],
  [
    "a reference to what is not stored",
    {
      resources: [
        resource("Tag", { fields: { id: t.id() }, handlers: { get: () => null } }),
        resource("Use", { fields: { id: t.id(), tag: t.ref("Tag") } }),
      ],
    },
    "Use.tag",
    /no store keeps/,
  ],

  ["an operation of another form", act({}, "do-it"), "do-it", /such as doIt/],
  ["an unknown option of an operation", act({ outputs: t.int32() }), "act", /"outputs".*output/],
  ["no handler", act({ handle: undefined }), "act", /no handler/],
  ["a stranger's operation", act({ on: Stranger }), "act", /on Stranger/],
  [
    "an operation on a row that nothing finds",
    onNowhere({}),
    "act",
    /about one Nowhere, and nothing can find it/,
  ],
  ["a scope without a resource", act({ scope: "item" }), "act", /scope, and no resource/],
  ["an unknown scope", act({ on: Post, scope: "all" }), "act", /scope "all"/],
  [
    "a standard method's name",
    act({ on: Post, scope: "collection" }, "list"),
    "list",
    /standard method of Post/,
  ],
  ["a standard method", { resources: [User], operations: [User.get] }, "get", /brings along/],
  ["an input that is none", act({ input: t.string() }), "act.input", /no fields/],
  [
    "a mistake in an input",
    act({ input: { note: t.string({ minLength: 2, maxLength: 1 }) } }),
    "act.input.note",
    /minLength/,
  ],
  ["an id in an item's input", act({ on: Post, input: { id: t.uuid() } }), "act.input.id", /item's own id/],
  [
    "a reserved input",
    act({ on: Post, input: { ifVersion: t.int32() } }),
    "act.input.ifVersion",
    /ifVersion/,
  ],
  ["a row in an input", act({ input: { post: t.row(Post) } }), "act.input.post", /only outputs/],
  [
    "a stranger's row in an output",
    act({ output: { it: t.list(t.row(Stranger)) } }),
    "act.output.it[]",
    /row of Stranger/,
  ],
  [
    "a write-only output",
    act({ output: { key: t.string({ writeOnly: true }) } }),
    "act.output.key",
    /write-only/,
  ],
  ["an error that is none", act({ errors: ["GONE"] }), "act.errors[0]", /not an error/],
  ["an allow that is none", act({ allow: handle }), "act", /not a rule/],
  ["a cache on a command", act({ cache: { maxAge: 1 } }), "act", /only queries/],
  ["an idempotency key of a query", ask({ idempotencyKey: "required" }), "ask", /only commands/],
  ["a graphql that is no object", act({ graphql: "payload" }), "act.graphql", /no object/],
  [
    "a way to tell errors that there is none of",
    act({ graphql: { errors: "yes" } }),
    "act.graphql.errors",
    /"yes"/,
  ],
  [
    "an option of graphql that there is none of",
    act({ graphql: { error: 1 } }),
    "act.graphql",
    /mean errors/,
  ],
  [
    "errors in an answer, of which there are none",
    act({ graphql: { errors: "payload" } }),
    "act.graphql.errors",
    /no errors to tell/,
  ],
  ["a deadline without a unit", ask({ deadline: "5" }), "ask", /deadline "5"/],
  [
    "a cache that reads a stranger",
    ask({ cache: { maxAge: 1, reads: [Stranger] } }),
    "ask.cache.reads[0]",
    /Stranger/,
  ],
  [
    "an unknown visibility",
    ask({ cache: { maxAge: 1, visibility: "all" } }),
    "ask.cache",
    /visibility "all"/,
  ],
  [
    "an object in a URL",
    ask({ input: { where: t.object({ a: t.int32() }) } }),
    "ask.input.where",
    /type object, which cannot/,
  ],
  ["a list of objects in a URL", ask({ input: { all: t.list(t.json()) } }), "ask.input.all", /list of json/],
  [
    "an input that chooses fields",
    ask({ output: User, input: { fields: t.string() } }),
    "ask.input.fields",
    /name fields/,
  ],
  ["a rest of another form", ask({ rest: "/ask" }), "ask", /rest "\/ask".*METHOD/],
  ["a rest of an unknown method", ask({ rest: "FETCH /ask" }), "ask", /rest "FETCH/],
  [
    "an unknown path parameter",
    ask({ rest: "GET /ask/{nam}", input: { name: t.string() } }),
    "ask",
    /\{nam\}.*Did you mean name/,
  ],
  [
    "a path parameter that is a list",
    ask({ rest: "GET /ask/{all}", input: { all: t.list(t.string()) } }),
    "ask",
    /\{all\}, which is no scalar/,
  ],
  ["no id in the path of an item", act({ on: Post, rest: "POST /act" }), "act", /no \{id\}/],
  ["a command under GET", act({ rest: "GET /act" }), "act", /changes state/],
  [
    "two operations of a name",
    { operations: [command("act", { handle }), command("act", { handle })] },
    "act",
    /another operation act/,
  ],
  [
    "two at an address",
    {
      operations: [
        command("act", { handle, rest: "POST /a/{x}", input: { x: t.string() } }),
        command("move", { handle, rest: "POST /a/{y}", input: { y: t.string() } }),
      ],
    },
    "move",
    /address of act/,
  ],
  ["messages that are no fields", act({ messages: t.string() }), "act.messages", /no fields/],
  ["a message with a row", act({ messages: { user: t.row(User) } }), "act.messages.user", /whole row/],
  [
    "messages and an input",
    act({ messages: { a: t.string() }, input: { b: t.string() } }),
    "act",
    /an input too.*into messages/,
  ],
  ["messages for a row", act({ on: Post, messages: { a: t.string() } }), "act", /one row.*collection/],
  ["messages with an address", act({ rest: "POST /act", messages: { a: t.string() } }), "act", /REST/],
  [
    "messages with a key",
    act({ idempotencyKey: "required", messages: { a: t.string() } }),
    "act",
    /takes messages, and requires an idempotency key/,
  ],
  [
    "a query with messages",
    { operations: [loose.query("act", { output: t.int32(), messages: { a: t.string() }, handle })] },
    "act",
    /only commands and subscriptions do.*make it a command/,
  ],
  [
    "a subscription without a handler",
    { operations: [loose.subscription("ticks", { output: t.int32() })] },
    "ticks",
    /no handler/,
  ],

  [
    "a code in lower case",
    codes(error("emailTaken", { kind: "aborted" })),
    "error emailTaken",
    /EMAIL_TAKEN/,
  ],
  ["a long code", codes(error("A".repeat(64), { kind: "aborted" })), `error ${"A".repeat(64)}`, /63/],
  [
    "an unknown kind",
    codes(error("GONE", { kind: untyped("notfound") })),
    "error GONE",
    /"notfound".*not_found/,
  ],
  [
    "a code of fourfold's",
    codes(error("INTERNAL", { kind: "internal" })),
    "error INTERNAL",
    /fourfold itself/,
  ],
  [
    "a code with two meanings",
    codes(error("GONE", { kind: "aborted" }), error("GONE", { kind: "not_found" })),
    "error GONE",
    /two different errors/,
  ],
  [
    "details that are none",
    codes(loose.error("GONE", { kind: "aborted", details: { a: "string" } })),
    "error GONE.a",
    /not a type/,
  ],

  [
    "a channel without a path",
    { channels: [channel("ws", { message: t.text() })] },
    "channel ws",
    /path "ws"/,
  ],
  [
    "a channel twice",
    { channels: [channel("/ws", { message: t.text() }), channel("/ws", { message: t.text() })] },
    "channel /ws",
    /path of two/,
  ],
  [
    "a channel without a message",
    { channels: [loose.channel("/ws", {})] },
    "channel /ws.message",
    /not a field type/,
  ],

  ["a version with a v", since({}, "v0"), "version v0", /Name it "0"/],
  ["a version twice", since({}, "1"), "version 1", /name of two/],
  ["an unknown option of a version", since({ rename: [] }), "version 0", /"rename".*renamed/],
  ["a date that is none", since({ deprecated: "tomorrow" }), "version 0", /deprecated "tomorrow"/],
  ["a day that is none", since({ sunset: "2026-02-30" }), "version 0", /sunset "2026-02-30"/],
  [
    "a sunset before",
    since({ deprecated: "2026-05-01", sunset: "2026-04-01" }),
    "version 0",
    /before it is deprecated/,
  ],
  ["a link that is none", since({ link: "see /docs" }), "version 0", /link "see/],
  ["a renamed id", since({ renamed: [[User.fields.id, "key"]] }), "version 0", /renames an id/],
  [
    "a rename to a name in use",
    since({ renamed: [[Post.fields.title, "authorId"]] }),
    "version 0",
    /both authorId/,
  ],
  [
    "a rename of a stranger",
    since({ renamed: [[Stranger.fields.id, "key"]] }),
    "version 0",
    /Stranger.id in renamed/,
  ],
  ["a rename that is no pair", since({ renamed: [User.fields.name] }), "version 0", /not a pair/],
  [
    "renamed and absent",
    since({
      renamed: [[Post.fields.title, "name"]],
      absent: [Post.fields.title, Post.create, Post.replace, Post.batchCreate],
    }),
    "version 0",
    /both in absent and in renamed/,
  ],
  [
    "renamed twice",
    since({
      renamed: [
        [Post.fields.title, "name"],
        [Post.fields.title, "head"],
      ],
    }),
    "version 0",
    /twice in renamed/,
  ],
  [
    "absent, and needed",
    since({ absent: [Post.fields.title] }),
    "version 0",
    /lacks Post.title, which create needs/,
  ],
  ["an absent id", since({ absent: [User.fields.id] }), "version 0", /lacks User.id/],
  ["an absent stranger", since({ absent: [Stranger] }), "version 0", /lacks Stranger/],
  ["something absent", since({ absent: ["User"] }), "version 0", /no field, operation or resource/],
  [
    "absent rows in an answer",
    { ...act({ output: User }), versions: [version("0", { absent: [User] })] },
    "version 0",
    /lacks User, whose rows act answers/,
  ],
  [
    "a conversion without functions",
    since({ converted: [[User.fields.name, { type: t.int32() }]] }),
    "version 0",
    /without type, toVersion/,
  ],
  [
    "a conversion to nothing",
    since({ converted: [[User.fields.name, { type: "int", toVersion: String, fromVersion: String }]] }),
    "version 0, User.name",
    /not a field type/,
  ],
];

for (const [name, options, place, message] of rows) {
  test(`an API with ${name}`, () => {
    const [mistake, ...more] = checkDefinition(apiOf(options)).list;
    assert.deepEqual(more, []);
    assert.equal(mistake?.place, place);
    assert.match(`${mistake?.message}: ${mistake?.mend}`, message);
    assert.notEqual(mistake?.mend, "");
  });
}

test("an API under a name that a package cannot have", () => {
  const [mistake, ...more] = checkDefinition(api("My-Shop", {})).list;
  assert.deepEqual(more, []);
  assert.deepEqual(mistake, {
    place: "api",
    message: 'has the name "My-Shop", which is not in lower case letters, digits and _, with a letter first',
    mend: "Write it in lower case letters, digits and _, with a letter first, such as myshop",
  });
});

test("what is no API at all is one mistake", () => {
  for (const nothing of [null, undefined, 5, "api", [], {}, { options: null }]) {
    assert.equal(checkDefinition(untyped<Api>(nothing)).list.length, 1);
  }
});

test("all mistakes are told at once, each with its place", () => {
  const bad = apiOf({
    resources: [
      resource("user", { fields: { name: t.string({ minLength: 2, maxLength: 1 }), to: t.ref("Nobody") } }),
    ],
    operations: [command("go-on", { on: Stranger, handle, deadline: "soon" })],
    versions: [version("v1", { sunset: "never" })],
    defaultVersion: "9",
  });
  assert.throws(
    () => compileApi(bad),
    (thrown) => {
      assert.ok(thrown instanceof DefinitionError);
      const places = thrown.mistakes.map(({ place }) => place);
      assert.deepEqual(places, [
        "api",
        "user",
        "user.name",
        "user.to",
        "user",
        "go-on",
        "go-on",
        "go-on",
        "version v1",
        "version v1",
      ]);
      assert.match(
        thrown.message,
        /^The definition of "shop" has 10 mistakes:\n {2}api: has the defaultVersion "9"/,
      );
      return true;
    },
  );
});

test("a definition without mistakes is compiled", () => {
  const right = apiOf({
    resources: [User, Post],
    operations: [query("add", { output: t.int32(), handle: () => 1 })],
  });
  assert.equal(compileApi(right).tables.length, 2);
});

test("an operation about all rows of a resource needs nobody to find one", () => {
  assert.deepEqual(checkDefinition(apiOf(onNowhere({ scope: "collection" }))).list, []);
});
