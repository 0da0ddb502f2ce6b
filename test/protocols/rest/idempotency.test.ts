import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Answer, startTest, type TestServer } from "fourfold/testing";
import { Animal, zoo } from "../../wire/zoo.ts";

let server: TestServer;
before(async () => {
  server = await startTest(zoo);
});
after(() => server.close());

let fresh = 0;
const newKey = (): string => `key-${fresh++}`;

function create(
  key: string,
  json: object,
  options: { bearer?: string; line?: string; at?: TestServer } = {},
): Promise<Answer> {
  const { bearer, line = "POST /animals", at = server } = options;
  return at.request(line, {
    json,
    headers: { "idempotency-key": key },
    ...(bearer === undefined ? {} : { bearer }),
  });
}

async function countOf(name: string, at = server): Promise<number> {
  return (await at.call(Animal.list, { filter: `name = "${name}"` })).items.length;
}

function codeOf({ json }: Answer): string {
  return (json as { error: { code: string } }).error.code;
}

test("the same key and content get the same answer, and no second row", async () => {
  const key = newKey();
  const first = await create(key, {
    name: "Once",
    weight: 1.5,
    cells: "123",
    photo: "AQI=",
    bornAt: "2020-01-01T00:00:00Z",
  });
  assert.equal(first.status, 201);
  for (let repeat = 0; repeat < 3; repeat++) {
    const again = await create(key, {
      name: "Once",
      weight: 1.5,
      cells: "123",
      photo: "AQI=",
      bornAt: "2020-01-01T00:00:00Z",
    });
    assert.equal(again.status, 201);
    assert.equal(again.text, first.text);
    for (const name of ["etag", "location"]) assert.equal(again.headers[name], first.headers[name]);
  }
  assert.equal(await countOf("Once"), 1);
  const otherwise = await create(`"${key}"`, {
    bornAt: "2020-01-01T00:00:00.000Z",
    name: "Once",
    photo: "AQI=",
    cells: 123,
    weight: 1.5,
  });
  assert.equal(otherwise.text, first.text, "quoted or not, in whichever order: the same input");
});

test("another content under the same key: 422", async () => {
  const key = newKey();
  await create(key, { name: "First" });
  const other = await create(key, { name: "Second" });
  assert.equal(other.status, 422);
  assert.equal(codeOf(other), "IDEMPOTENCY_KEY_REUSED");
  assert.equal(await countOf("Second"), 0);
});

test("at the same time: one answer, 409 for the others, one row", async () => {
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 8 }, () => create(key, { name: "Together" })));
  assert.ok(answers.some(({ status }) => status === 201));
  for (const answer of answers) {
    if (answer.status === 201) continue;
    assert.equal(answer.status, 409);
    assert.equal(codeOf(answer), "IDEMPOTENCY_KEY_IN_USE");
    assert.equal(answer.headers["retry-after"], "1");
  }
  assert.equal(await countOf("Together"), 1);
});

test("keys belong to a caller and an operation", async () => {
  const key = newKey();
  const ids = new Set<string>();
  for (const bearer of [undefined, "kim", "ann"]) {
    const answer = await create(key, { name: "Scoped" }, bearer === undefined ? {} : { bearer });
    assert.equal(answer.status, 201);
    ids.add((answer.json as { id: string }).id);
  }
  assert.equal(ids.size, 3);
  const other = await create(key, { word: "w" }, { line: "POST /echo" });
  assert.equal(other.status, 200);
});

test("a key that is none: 400", async () => {
  for (const key of ["", '""', '"a', 'a"b', "a b", "é", "x".repeat(300), '"a", "b"']) {
    const answer = await create(key, { name: "Bad" });
    assert.equal(answer.status, 400, key);
  }
  assert.equal(await countOf("Bad"), 0);
});

test("a required key: 400 without, and the violation names the header", async () => {
  const without = await server.request("POST /animals:rename", { json: { from: "a", to: "b" } });
  assert.equal(without.status, 400);
  assert.deepEqual(
    (without.json as { error: { violations: { path: string; rule: string }[] } }).error.violations.map(
      ({ path, rule }) => [path, rule],
    ),
    [["Idempotency-Key", "required"]],
  );
  assert.equal(
    (await create(newKey(), { from: "a", to: "b" }, { line: "POST /animals:rename" })).status,
    200,
  );
});

test("what failed changed nothing and is tried again", async () => {
  const { id } = await server.call(Animal.create, { name: "Fallible" });
  const key = newKey();
  const line = "POST /animals:rename";
  assert.equal((await create(key, { from: "Fallible", to: "fail" }, { line })).status, 500);
  assert.equal((await server.call(Animal.get, { id })).name, "Fallible");
  const second = await create(key, { from: "Fallible", to: "fine" }, { line });
  assert.equal(second.status, 200, "the failed one is not remembered");
  assert.equal((await server.call(Animal.get, { id })).name, "fine");
});

test("updates and deletes are repeated too", async () => {
  const { id } = await server.call(Animal.create, { name: "Repeat" });
  const feed = (): Promise<Answer> => create("k-feed", { grams: 3 }, { line: `POST /animals/${id}:feed` });
  // The later one finds the first under way, or done.
  const [least, most] = (await Promise.all([feed(), feed()])).map(({ status }) => status).sort();
  assert.equal(least, 200);
  assert.ok(most === 200 || most === 409, `${most}`);
  assert.equal((await feed()).status, 200);
  assert.equal((await server.call(Animal.get, { id })).visits, 1);
  const remove = (): Promise<Answer> =>
    server.request(`DELETE /animals/${id}`, { headers: { "idempotency-key": "k-delete" } });
  assert.deepEqual([(await remove()).status, (await remove()).status], [204, 204]);
  assert.equal((await server.request(`DELETE /animals/${id}`)).status, 404);
});

test("the answer is in the version of whoever repeats the call, with what is never sent left out", async () => {
  const { id } = await server.call(Animal.create, { name: "Versions", secret: "hush", weight: 2.5 });
  const key = newKey();
  const first = await create(key, { grams: 1 }, { line: `POST /animals/${id}:feed` });
  const second = await create(key, { grams: 1 }, { line: `POST /api/v1/animals/${id}:feed` });
  assert.equal(second.status, 200);
  const { title, weight, visits } = second.json as { title: string; weight: string; visits: number };
  assert.deepEqual([title, weight, visits], ["Versions", "2.5kg", 1]);
  assert.equal((first.json as { visits: number }).visits, 1);
  assert.doesNotMatch(first.text + second.text, /hush/);
});

test("after a restart the first answer is known still", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-idempotency-"));
  try {
    const database = `sqlite:${join(folder, "zoo.sqlite")}`;
    const key = newKey();
    let text = "";
    {
      await using first = await startTest(zoo, { database });
      text = (await create(key, { name: "Kept", cells: "9007199254740993" }, { at: first })).text;
    }
    await using second = await startTest(zoo, { database });
    assert.equal((await create(key, { name: "Kept", cells: "9007199254740993" }, { at: second })).text, text);
    assert.equal(await countOf("Kept", second), 1);
    assert.equal((await create(key, { name: "Other" }, { at: second })).status, 422);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a batch under a key is made once", async () => {
  const key = newKey();
  const json = { animals: [{ name: "Batch" }, { name: "Batch" }] };
  const [first, second] = [
    await create(key, json, { line: "POST /animals:batchCreate" }),
    await create(key, json, { line: "POST /animals:batchCreate" }),
  ];
  assert.equal(second.text, first.text);
  assert.equal(await countOf("Batch"), 2);
});
