import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Answer, startTest, type TestServer } from "fourfold/testing";
import { Animal, zoo } from "../../wire/zoo.ts";

let server: TestServer;
let id = "";
before(async () => {
  server = await startTest(zoo);
  id = (await server.call(Animal.create, { name: "Rex", weight: 2.5, extras: { a: 1 } })).id;
});
after(() => server.close());

function codeOf({ json }: Answer): string {
  return (json as { error: { code: string } }).error.code;
}

test("a version on its way out says so, on every kind of answer", async () => {
  const lines = [
    "GET /api/v1/animals",
    `GET /api/v1/animals/${id}`,
    `HEAD /api/v1/animals/${id}`,
    `DELETE /api/v1/animals/${(await server.call(Animal.create, { name: "Gone" })).id}`,
  ];
  const answers = await Promise.all(lines.map((line) => server.request(line)));
  answers.push(await server.request(`GET /animals/${id}`, { version: "1" }));
  answers.push(await server.request("POST /api/v1/animals", { json: { title: "New" } }));
  const etag = answers[1]?.headers["etag"] ?? "";
  answers.push(await server.request(`GET /api/v1/animals/${id}`, { headers: { "if-none-match": etag } }));
  for (const { headers, status } of answers) {
    assert.equal(headers["deprecation"], "@1767225600", `${status}: RFC 9745 has a structured date`);
    assert.equal(headers["sunset"], "Fri, 01 Jan 2027 00:00:00 GMT", "RFC 8594 has an HTTP date");
    assert.equal(headers["link"], '<https://example.com/moving>; rel="deprecation"');
    assert.match(headers["vary"] ?? "", /api-version/);
  }
  const today = await server.request(`GET /api/v2/animals/${id}`);
  assert.equal(today.headers["deprecation"] ?? today.headers["sunset"] ?? today.headers["link"], undefined);
});

test("a header that says another version than the path: 400, and nothing is done", async () => {
  const same = await server.request(`GET /api/v1/animals/${id}`, { version: "1" });
  assert.equal((same.json as { title: string }).title, "Rex");
  for (const version of ["2", "3", "", "01"])
    for (const line of [
      `GET /api/v1/animals/${id}`,
      `DELETE /api/v1/animals/${id}`,
      "GET /api/v1/rooms/r1",
    ]) {
      const answer = await server.request(line, { headers: { "api-version": version } });
      if (line.includes("rooms")) assert.equal(answer.status, 404, "what is not there is not there");
      else {
        assert.equal(answer.status, 400, `${line} ${version}`);
        assert.deepEqual((answer.json as { error: { violations: object[] } }).error.violations, [
          {
            path: "API-Version",
            rule: "const",
            message: "must be 1, as the path says",
            mend: "Leave it out, or ask at the address of the version that it says",
          },
        ]);
      }
    }
  assert.equal((await server.request(`GET /api/v1/animals/${id}`)).status, 200);
});

test("a version that is not known: 400, and which there are", async () => {
  for (const version of ["3", "", "v1", "1, 2", "__proto__"]) {
    const answer = await server.request("GET /animals", { headers: { "api-version": version } });
    assert.equal(answer.status, 400, version);
    const { violations } = (answer.json as { error: { violations: object[] } }).error;
    assert.deepEqual(violations, [
      {
        path: "API-Version",
        rule: "enum",
        message: "must be one of 1, 2",
        mend: "Send 1 or 2, or leave it out for 2",
      },
    ]);
  }
  assert.equal((await server.request("GET /api/v3/animals")).status, 404);
});

test("operations and resources that a version lacks are not there", async () => {
  for (const line of ["POST /api/v1/forget", "GET /api/v1/rooms", "GET /api/v1/rooms/r1"]) {
    assert.equal((await server.request(line)).status, 404, line);
    const [method, path] = line.split(" ");
    const answer = await server.request(`${method} ${path?.replace("/v1", "")}`, { version: "1" });
    assert.equal(answer.status, 404);
    assert.equal(codeOf(answer), "NOT_FOUND");
  }
  assert.equal((await server.request("GET /rooms/r1")).status, 200);
});

test("a field that a version lacks is refused there, and stays as it is", async () => {
  const refused = await server.request(`PATCH /api/v1/animals/${id}`, { json: { extras: null } });
  assert.equal(refused.status, 400);
  const replaced = await server.request(`PUT /api/v1/animals/${id}`, {
    json: { title: "Rex", weight: "2.5kg" },
  });
  assert.equal(replaced.status, 200);
  assert.ok(!("extras" in (replaced.json as object)));
  assert.deepEqual((await server.call(Animal.get, { id })).extras, { a: 1 });
  assert.equal((await server.request("GET /api/v1/animals?fields=extras")).status, 400);
});

test("a field of another type is converted both ways, and both types' rules hold", async () => {
  const get = async (base: string): Promise<unknown> =>
    ((await server.request(`GET ${base}/animals/${id}`)).json as { weight: unknown }).weight;
  assert.equal(await get("/api/v1"), "2.5kg");
  assert.equal(await get("/api/v2"), 2.5);
  const patched = await server.request(`PATCH /api/v1/animals/${id}`, { json: { weight: "3.25kg" } });
  assert.equal((patched.json as { weight: string }).weight, "3.25kg");
  assert.equal(await get("/api/v2"), 3.25);
  for (const weight of [3.25, "heavy", "1e400kg", true]) {
    const answer = await server.request(`PATCH /api/v1/animals/${id}`, { json: { weight } });
    assert.equal(answer.status, 400, String(weight));
    assert.equal(
      (answer.json as { error: { violations: { path: string }[] } }).error.violations[0]?.path,
      "weight",
    );
  }
  const cleared = await server.request(`PATCH /api/v1/animals/${id}`, { json: { weight: null } });
  assert.equal((cleared.json as { weight: unknown }).weight, null);
  assert.equal(
    (await server.request("GET /api/v1/animals?filter=weight%20%3D%20%223kg%22")).status,
    400,
    "it has no order there",
  );
});

test("a converted field is looked at whatever else is wrong", async () => {
  const json = { title: "", weight: `${"9".repeat(400)}kg`, legs: "x" };
  const answer = await server.request("POST /api/v1/animals", { json });
  assert.deepEqual(
    (answer.json as { error: { violations: { path: string }[] } }).error.violations.map(({ path }) => path),
    ["title", "legs", "weight"],
  );
});

test("violations, filters and errors speak the version's names", async () => {
  const answer = await server.request("POST /api/v1/animals", {
    json: { name: "today's name", parentId: "x" },
  });
  assert.deepEqual(
    (answer.json as { error: { violations: { path: string; rule: string }[] } }).error.violations.map(
      ({ path, rule }) => `${path} ${rule}`,
    ),
    ["title required", "parentId format", "name unknownField"],
  );
  const find = async (filter: string, base: string): Promise<number> =>
    (await server.request(`GET ${base}/animals?filter=${encodeURIComponent(filter)}`)).status;
  assert.equal(await find('title = "Rex" AND parentId = null', "/api/v1"), 200);
  assert.equal(await find('name = "Rex"', "/api/v1"), 400);
  assert.equal(await find('title = "Rex"', "/api/v2"), 400);
  assert.equal((await server.request("GET /api/v1/animals?orderBy=title%20desc,parentId")).status, 200);
  const missing = await server.request(`PATCH /api/v1/animals/${id}`, {
    json: { parentId: "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f" },
  });
  assert.equal(missing.status, 409);
});

test("each version has its contract and documentation", async () => {
  for (const [path, has, lacks] of [
    ["/api/v1/openapi.json", '"title"', '"extras"'],
    ["/api/v2/openapi.json", '"extras"', "parentId"],
  ] as const) {
    const { text, status } = await server.request(`GET ${path}`);
    assert.equal(status, 200);
    assert.ok(text.includes(has) && !text.includes(lacks), path);
  }
  assert.equal(
    (await server.request("GET /openapi.json", { version: "1" })).text,
    (await server.request("GET /api/v1/openapi.json")).text,
  );
  assert.equal((await server.request("GET /docs/v1")).status, 200);
});
