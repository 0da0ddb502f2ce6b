import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JsonObject } from "fourfold";
import { type Answer, startTest, type TestServer } from "fourfold/testing";
import { Animal, callers, Keeper, zoo } from "../../wire/zoo.ts";

let server: TestServer;
const names = ["Ant", "Bee", "Cat", "Dog", "Eel", "Fox", "Gnu"];
let ids: Record<string, string> = {};

before(async () => {
  server = await startTest(zoo);
  for (const [index, name] of names.entries()) {
    const row = await server.call(Animal.create, {
      name,
      legs: index % 3,
      cells: BigInt(index) * 1_000_000_000_000_000_000n,
      weight: index === 0 ? null : index / 2,
      price: `${index}.50`,
      tame: index % 2 === 0,
      bornAt: index > 4 ? null : new Date(Date.UTC(2020, index, 1)),
      arrived: `2020-0${index + 1}-01`,
      diet: (["plants", "meat", "both"] as const)[index % 3] ?? "both",
      story: index === 1 ? 'It said "buzz" and 100%_\\' : null,
      ...(index > 3 ? { motherId: ids["Ant"] } : {}),
    });
    ids = { ...ids, [name]: row.id };
  }
});
after(() => server.close());

interface Listed {
  readonly status: number;
  readonly names: readonly string[];
  readonly token: string;
  readonly answer: Answer;
}

async function list(query: Record<string, string | number>, base = ""): Promise<Listed> {
  const text = Object.entries({ pageSize: 20, ...query })
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .join("&");
  const answer = await server.request(`GET ${base}/animals?${text}`);
  const { animals = [], nextPageToken = "" } = answer.json as {
    animals?: readonly { name?: string; title?: string }[];
    nextPageToken?: string;
  };
  return {
    status: answer.status,
    names: animals.map(({ name, title }) => name ?? title ?? ""),
    token: nextPageToken,
    answer,
  };
}

function error({ answer }: Listed): {
  code: string;
  violations: readonly { path: string; rule: string; mend: string }[];
} {
  return (answer.json as { error: never }).error;
}

test("filters: every comparator of every kind", async () => {
  const cases: Record<string, string> = {
    'name = "Cat"': "Cat",
    "name = 'Cat'": "Cat",
    "name = Cat": "Cat",
    'name != "Cat" AND legs = 0': "Ant Dog Gnu",
    'name < "Cat"': "Ant Bee",
    'name <= "Cat"': "Ant Bee Cat",
    'name > "Eel"': "Fox Gnu",
    'name >= "Eel"': "Eel Fox Gnu",
    "legs > 1": "Cat Fox",
    "legs >= -1 AND legs < 1": "Ant Dog Gnu",
    "cells = 3000000000000000000": "Dog",
    'cells = "3000000000000000000"': "Dog",
    "weight >= 2.5": "Fox Gnu",
    "weight = 0.5": "Bee",
    'price = "3.5"': "Dog",
    "price > 4.49": "Eel Fox Gnu",
    "tame = true AND legs = 0": "Ant Gnu",
    "tame != true AND legs = 0": "Dog",
    'bornAt > "2020-03-31T00:00:00Z"': "Dog Eel",
    'bornAt = "2020-01-01T01:00:00+01:00"': "Ant",
    "arrived = 2020-02-01": "Bee",
    'arrived >= "2020-06-15"': "Gnu",
    "diet = meat": "Bee Eel",
    'diet != "meat" AND legs = 0': "Ant Dog Gnu",
    "bornAt = null": "Fox Gnu",
    "bornAt != null AND legs = 0": "Ant Dog",
    "weight = null": "Ant",
    [`motherId = "${ids["Ant"]}"`]: "Eel Fox Gnu",
    [`id = "${ids["Bee"]}"`]: "Bee",
    "NOT legs = 0": "Bee Cat Eel Fox",
    "-legs = 0": "Bee Cat Eel Fox",
    "NOT (legs = 0 OR legs = 1)": "Cat Fox",
    "NOT NOT legs = 2": "Cat Fox",
    // OR binds stronger than AND (AIP-160).
    'legs = 0 AND name = "Ant" OR name = "Bee"': "Ant",
    'name = "Bee" OR name = "Ant" AND legs = 0': "Ant",
    '(legs = 0 AND name = "Ant") OR name = "Bee"': "Ant Bee",
    'name = "A*"': "Ant",
    'name = "*t"': "Ant Cat",
    'name = "*o*"': "Dog Fox",
    'name : "o"': "Dog Fox",
    'story : "100%_"': "Bee",
    'story : "%"': "Bee",
    'story : "_"': "Bee",
    'story = "*\\\\"': "Bee",
    'story : "\\"buzz\\""': "Bee",
    'name = "a*"': "",
    'name = "*"': "",
    "legs : 2": "Cat Fox",
    "": names.join(" "),
    "   ": names.join(" "),
    // A comparison with what has no value does not hold.
    "weight < 1": "Bee",
    "NOT weight < 100": "Ant",
  };
  for (const [filter, expected] of Object.entries(cases)) {
    const { names: found, answer } = await list({ filter });
    assert.equal(found.join(" "), expected, `${filter}: ${answer.text.slice(0, 200)}`);
  }
});

test("filters that are not understood say why, and inject nothing", async () => {
  const bad = [
    "name",
    "name =",
    '= "x"',
    'name = "x',
    'name = "x" AND',
    'AND name = "x"',
    'name = "x" name = "y"',
    '(name = "x"',
    'name = "x")',
    "()",
    "legs = many",
    "legs = 1.5",
    "legs = null AND",
    "tame > true",
    "diet = stones",
    "diet < meat",
    'bornAt = "yesterday"',
    "legs > null",
    "unknown = 1",
    "secret = 1",
    "extras = 1",
    "home.country = GB",
    "nicknames : a",
    "photo = x",
    "__proto__ = 1",
    "constructor = 1",
    'name = "x"; DROP TABLE animals',
    "name = 'x' OR 1=1 --",
    "1 = 1",
    'name = "a" /* b */',
    "name ~ x",
    "name == x",
    '"name" = x',
    `${"(".repeat(40)}legs = 1${")".repeat(40)}`,
    `${"NOT ".repeat(40)}legs = 1`,
    Array(70).fill("legs = 1").join(" AND "),
  ];
  for (const filter of bad) {
    const listed = await list({ filter });
    assert.equal(listed.status, 400, filter);
    assert.equal(error(listed).code, "INVALID_FILTER", filter);
    assert.ok(error(listed).violations[0]?.mend, "says what to do");
  }
  for (const text of ["' OR '1'='1", "x'; DROP TABLE animals; --", '\\" OR 1=1', "%", "_", "*\u0000"]) {
    const found = await list({ filter: `name = "${text.replace(/["\\]/g, "\\$&")}"` });
    assert.deepEqual(found.names, [], text);
  }
  assert.equal((await list({})).names.length, names.length, "nothing was dropped");
  const long = await list({ filter: `name = "${"x".repeat(5000)}"` });
  assert.equal(error(long).violations[0]?.rule, "maxLength");
});

test("orders: directions, several fields, nulls last, ties as they were made", async () => {
  const cases: Record<string, string> = {
    "name desc": [...names].reverse().join(" "),
    "legs, name desc": "Gnu Dog Ant Eel Bee Fox Cat",
    "legs desc": "Cat Fox Bee Eel Ant Dog Gnu",
    "weight desc": "Gnu Fox Eel Dog Cat Bee Ant",
    weight: "Bee Cat Dog Eel Fox Gnu Ant",
    "bornAt desc": "Eel Dog Cat Bee Ant Fox Gnu",
    bornAt: "Ant Bee Cat Dog Eel Fox Gnu",
    "price desc": [...names].reverse().join(" "),
    "cells  asc ,id": names.join(" "),
    "tame, arrived desc": "Fox Dog Bee Gnu Eel Cat Ant",
  };
  for (const [orderBy, expected] of Object.entries(cases))
    assert.equal((await list({ orderBy })).names.join(" "), expected, orderBy);
  for (const orderBy of [
    "nothing",
    "name upwards",
    "name,",
    ",",
    "name asc desc",
    "name, name",
    "secret",
    "extras",
    "__proto__",
    Array(9).fill("x").join(),
  ])
    assert.equal((await list({ orderBy })).status, 400, orderBy);
});

test("pages go through everything once, in every order, while rows come and go", async () => {
  for (const orderBy of [
    "",
    "name",
    "name desc",
    "weight",
    "weight desc",
    "bornAt",
    "bornAt desc, legs",
    "tame, legs desc",
    "price",
    "cells desc",
    "arrived",
    "diet",
    "motherId",
  ]) {
    for (const pageSize of [1, 2, 3]) {
      const whole = (await list({ orderBy })).names;
      const found: string[] = [];
      let pageToken = "";
      for (let page = 0; page < 10; page++) {
        const {
          names: some,
          token,
          status,
        } = await list({ orderBy, pageSize, ...(pageToken === "" ? {} : { pageToken }) });
        assert.equal(status, 200);
        assert.ok(some.length <= pageSize);
        found.push(...some);
        pageToken = token;
        if (token === "") break;
      }
      assert.deepEqual(found, whole, `${orderBy} by ${pageSize}`);
    }
  }
});

test("rows that come before a page's end do not shift the next page", async () => {
  const first = await list({ orderBy: "name", pageSize: 3 });
  const { id } = await server.call(Animal.create, { name: "Aardvark" });
  const second = await list({ orderBy: "name", pageSize: 3, pageToken: first.token });
  assert.deepEqual(second.names, ["Dog", "Eel", "Fox"]);
  await server.call(Animal.delete, { id });
  const gone = await server.call(Animal.create, { name: "Coyote" });
  const page = await list({ orderBy: "name", pageSize: 4 });
  assert.equal(page.names.at(-1), "Coyote");
  await server.call(Animal.delete, { id: gone.id });
  const after = await list({ orderBy: "name", pageSize: 4, pageToken: page.token });
  assert.deepEqual(after.names, ["Dog", "Eel", "Fox", "Gnu"], "the row that a token names may be gone");
});

test("page sizes: usual, capped, zero, refused", async () => {
  const size = async (pageSize: string | number): Promise<number> => (await list({ pageSize })).names.length;
  const usual = (await server.request("GET /animals")).json as { animals: unknown[] };
  assert.equal(usual.animals.length, 5);
  assert.equal(await size(0), 5);
  assert.equal(await size(1_000_000), names.length, "lowered to the maximum, not refused");
  for (const pageSize of [-1, 1.5, "x", "", "1e1x", " 1", "0x1", 2 ** 31])
    assert.equal((await list({ pageSize })).status, 400, String(pageSize));
});

test("a page token of another list, filter, order or making is refused", async () => {
  const { token } = await list({ pageSize: 2, orderBy: "bornAt", filter: "legs >= 0" });
  const tokens = {
    "another order": { orderBy: "name", filter: "legs >= 0", pageToken: token },
    "another filter": { orderBy: "bornAt", filter: "legs >= 1", pageToken: token },
    "cut off": { orderBy: "bornAt", filter: "legs >= 0", pageToken: token.slice(0, -6) },
    nonsense: { pageToken: "nonsense" },
    "of nothing": { pageToken: Buffer.from("[]").toString("base64url") },
    "no array": { pageToken: Buffer.from("{}").toString("base64url") },
  };
  for (const [what, query] of Object.entries(tokens)) {
    const listed = await list({ pageSize: 2, ...query });
    assert.equal(listed.status, 400, what);
    assert.equal(error(listed).code, "INVALID_PAGE_TOKEN", what);
  }
  assert.equal(
    (await list({ pageSize: 2, orderBy: "bornAt", filter: "legs >= 0", pageToken: token })).status,
    200,
  );
});

test("a page token that someone made up is refused or harmless, whatever is in it", async () => {
  for (const orderBy of [
    "bornAt",
    "arrived",
    "motherId",
    "diet",
    "tame",
    "cells",
    "price",
    "weight",
    "name",
    "chip",
  ]) {
    const { token } = await list({ pageSize: 1, orderBy });
    const [fingerprint, id] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    for (const value of [
      {},
      [],
      [1],
      { a: 1 },
      1,
      1.5,
      "x",
      true,
      null,
      "2020-01-01",
      1e300,
      "\u0000",
      "9".repeat(400),
    ]) {
      for (const made of [
        [fingerprint, id, value],
        [fingerprint, value, "x"],
        [fingerprint, id],
        [fingerprint, id, value, value],
      ]) {
        const pageToken = Buffer.from(JSON.stringify(made)).toString("base64url");
        const { status, answer } = await list({ pageSize: 1, orderBy, pageToken });
        assert.ok(status === 200 || status === 400, `${orderBy} ${JSON.stringify(made)}: ${answer.text}`);
      }
    }
  }
});

test("fields: just those, in the contract's order and names", async () => {
  const id = ids["Bee"];
  const get = async (query: string, base = ""): Promise<Answer> =>
    server.request(`GET ${base}/animals/${id}?${query}`);
  assert.deepEqual((await get("fields=legs,name")).json, { name: "Bee", legs: 1 });
  assert.deepEqual((await get("fields=name&fields=id")).json, { id, name: "Bee" });
  assert.deepEqual((await get("fields=title,weight", "/api/v1")).json, { title: "Bee", weight: "0.5kg" });
  for (const fields of ["", "nope", "name,nope", "secret", "__proto__", "home.country", "name%20title"])
    assert.equal((await get(`fields=${fields}`)).status, 400, fields);
  assert.equal((await get("fields=name", "/api/v1")).status, 400, "a name of another version");
  const listed = await server.request("GET /animals?fields=name&pageSize=1");
  assert.deepEqual((listed.json as { animals: unknown }).animals, [{ name: "Ant" }]);
  const created = await server.request("POST /animals?fields=name", { json: { name: "Temp" } });
  assert.deepEqual(created.json, { name: "Temp" });
  assert.ok(created.headers["location"]);
  await server.request(`DELETE ${created.headers["location"]}`);
});

test("include: both directions, in the version's names, together with fields", async () => {
  const get = async (path: string, base = ""): Promise<JsonObject> =>
    (await server.request(`GET ${base}/animals/${path}`)).json as JsonObject;
  const child = await get(`${ids["Eel"]}?include=mother&fields=name`);
  assert.equal((child["mother"] as JsonObject)["name"], "Ant");
  assert.deepEqual(Object.keys(child), ["name", "mother"]);
  assert.deepEqual(await get(`${ids["Bee"]}?include=mother&fields=name`), { name: "Bee", mother: null });
  const mother = await get(`${ids["Ant"]}?include=children,mother&fields=name`);
  assert.deepEqual(
    (mother["children"] as unknown as { name: string }[]).map(({ name }) => name),
    ["Eel", "Fox", "Gnu"],
  );
  const old = await get(`${ids["Eel"]}?include=parent&fields=title`, "/api/v1");
  assert.equal((old["parent"] as JsonObject)["title"], "Ant");
  assert.ok(!("name" in (old["parent"] as JsonObject)));
  for (const include of ["nope", "author", "__proto__", "motherId", "mother.mother"])
    assert.equal(
      (await server.request(`GET /animals/${ids["Eel"]}?include=${include}`)).status,
      400,
      include,
    );
  assert.equal((await server.request(`GET /api/v1/animals/${ids["Eel"]}?include=mother`)).status, 400);
  const listed = await server.request(
    `GET /animals?include=mother&fields=name&filter=${encodeURIComponent('name >= "Dog"')}&orderBy=name`,
  );
  const rows = (listed.json as { animals: { name: string; mother: { name: string } | null }[] }).animals;
  assert.deepEqual(
    rows.map(({ name, mother }) => [name, mother?.name ?? null]),
    [
      ["Dog", null],
      ["Eel", "Ant"],
      ["Fox", "Ant"],
      ["Gnu", "Ant"],
    ],
  );
  assert.equal((await server.request("GET /animals?include=")).status, 200);
});

test("more than a hundred related rows go on in the list that is named", async () => {
  const { id } = await server.call(Animal.create, { name: "Hen" });
  for (let batch = 0; batch < 11; batch++)
    await server.call(Animal.batchCreate, {
      items: Array.from({ length: 10 }, (_, each) => ({ name: `chick ${batch * 10 + each}`, motherId: id })),
    });
  for (const [base, inverse, reference] of [
    ["", "children", "motherId"],
    ["/api/v1", "children", "parentId"],
  ] as const) {
    const hen = (await server.request(`GET ${base}/animals/${id}?include=${inverse}`)).json as Record<
      string,
      unknown
    >;
    assert.equal((hen[inverse] as unknown[]).length, 100);
    const { names: rest, token } = await list(
      { filter: `${reference} = "${id}"`, pageToken: String(hen[`${inverse}NextPageToken`]), pageSize: 20 },
      base,
    );
    assert.deepEqual(
      rest,
      Array.from({ length: 10 }, (_, each) => `chick ${100 + each}`),
    );
    assert.equal(token, "");
  }
});

test("batch get: in order, 404 for one that is missing, at most so many", async () => {
  const get = (...of: readonly string[]): Promise<Answer> =>
    server.request(`GET /animals:batchGet?${of.map((id) => `ids=${id}`).join("&")}`);
  const found = await get(ids["Cat"] ?? "", ids["Ant"] ?? "");
  assert.deepEqual(
    (found.json as { animals: { name: string }[] }).animals.map(({ name }) => name),
    ["Cat", "Ant"],
  );
  assert.equal((await get(ids["Cat"] ?? "", "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f")).status, 404);
  assert.equal((await get("x")).status, 400);
  assert.equal((await server.request("GET /animals:batchGet")).status, 400);
  assert.equal((await get(...Array<string>(11).fill(ids["Cat"] ?? ""))).status, 400);
});

test("batch create: all or nothing, and every mistake of every item is told", async () => {
  const before = (await list({ filter: 'name = "Batch*"' })).names.length;
  const bad = await server.request("POST /animals:batchCreate", {
    json: { animals: [{ name: "Batch" }, { name: "" }, { legs: "x" }, 7] },
  });
  assert.equal(bad.status, 400);
  assert.deepEqual(
    (bad.json as { error: { violations: { path: string }[] } }).error.violations.map(({ path }) => path),
    ["animals[1].name", "animals[2].name", "animals[2].legs", "animals[3]"],
  );
  const taken = await server.request("POST /animals:batchCreate", {
    json: {
      animals: [
        { name: "Batch", tag: "ZZ-1" },
        { name: "Batch", tag: "ZZ-1" },
      ],
    },
  });
  assert.equal(taken.status, 409);
  assert.deepEqual((taken.json as { error: object }).error, {
    code: "TAG_TAKEN",
    message: "Already exists",
    details: { tag: "ZZ-1" },
  });
  const missing = await server.request("POST /animals:batchCreate", {
    json: {
      animals: [{ name: "Batch" }, { name: "Batch", motherId: "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f" }],
    },
  });
  assert.equal(missing.status, 409);
  for (const json of [
    {},
    { animals: [] },
    { animals: {} },
    { items: [{ name: "x" }] },
    { animals: Array(11).fill({ name: "Batch" }) },
  ])
    assert.equal((await server.request("POST /animals:batchCreate", { json })).status, 400);
  assert.equal((await list({ filter: 'name = "Batch*"' })).names.length, before);
});

test("row rules hold in lists, gets, writes and included rows", async () => {
  const kim = { ...callers["kim"], claims: {} } as never;
  const mine = await server.call(Keeper.create, { name: "Mine", owner: "ann" }, kim);
  const open = await server.call(Keeper.create, { name: "Open" }, kim);
  const { id } = await server.call(Animal.create, { name: "Kept", keeperId: mine.id });
  const see = async (bearer?: string): Promise<readonly string[]> => {
    const answer = await server.request("GET /keepers?orderBy=name", bearer === undefined ? {} : { bearer });
    return (answer.json as { keepers: { name: string }[] }).keepers.map(({ name }) => name);
  };
  assert.deepEqual(await see("ann"), ["Mine", "Open"]);
  assert.deepEqual(await see("bob"), ["Open"]);
  assert.deepEqual(await see(), ["Open"]);
  const path = `/keepers/${mine.id}`;
  const match = { headers: { "if-match": "*" } };
  assert.equal((await server.request(`GET ${path}`, { bearer: "ann" })).status, 200);
  for (const bearer of ["bob", "kim"]) {
    assert.equal((await server.request(`GET ${path}`, { bearer })).status, 404);
    assert.equal(
      (await server.request(`PATCH ${path}`, { bearer, ...match, json: { name: "Stolen" } })).status,
      404,
    );
    assert.equal(
      (await server.request(`PUT ${path}`, { bearer, ...match, json: { name: "Stolen" } })).status,
      404,
    );
    assert.equal(
      (await server.request(`GET /keepers:batchGet?ids=${mine.id}&ids=${open.id}`, { bearer })).status,
      404,
    );
    const filtered = await server.request(`GET /keepers?filter=${encodeURIComponent('owner = "ann"')}`, {
      bearer,
    });
    assert.deepEqual((filtered.json as { keepers: unknown[] }).keepers, []);
    const included = await server.request(`GET /animals/${id}?include=keeper`, { bearer });
    assert.equal((included.json as { keeper: unknown }).keeper, null);
  }
  assert.equal((await server.request(`DELETE ${path}`, { bearer: "kim", ...match })).status, 404);
  assert.equal(
    (
      await server.request(`PATCH ${path}`, {
        bearer: "kim",
        headers: { "if-match": `"x.1"` },
        json: { name: "S" },
      })
    ).status,
    404,
  );
  const whole = await server.request(`GET /animals/${id}?include=keeper`, { bearer: "ann" });
  assert.equal((whole.json as { keeper: { name: string } }).keeper.name, "Mine");
  assert.match(whole.headers["cache-control"] ?? "", /^private/);
});

test("field rules hide, everywhere: gets, lists, batches, included rows, filters, orders, errors", async () => {
  const kim = { ...callers["kim"], claims: {} } as never;
  const { id } = await server.call(Keeper.create, { name: "Rich", salary: 987654 }, kim);
  const animal = await server.call(Animal.create, { name: "Kept", keeperId: id });
  const lines = [
    `GET /keepers/${id}`,
    "GET /keepers",
    `GET /keepers:batchGet?ids=${id}`,
    `GET /animals/${animal.id}?include=keeper`,
    `GET /keepers/${id}?fields=salary`,
  ];
  for (const line of lines) {
    assert.match((await server.request(line, { bearer: "kim" })).text, /987654/, line);
    for (const bearer of ["ann", "nobody"])
      assert.doesNotMatch((await server.request(line, { bearer })).text, /987654/, line);
  }
  const patched = await server.request(`PATCH /keepers/${id}`, {
    bearer: "ann",
    headers: { "if-match": "*" },
    json: { name: "R" },
  });
  assert.equal(patched.status, 200);
  assert.doesNotMatch(patched.text, /987654/);
  for (const query of ["filter=salary%20%3E%201", "orderBy=salary"])
    assert.equal((await server.request(`GET /keepers?${query}`, { bearer: "kim" })).status, 400);
});
