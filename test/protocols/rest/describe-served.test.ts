import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonObject, JsonValue } from "../../../src/base/json.ts";
import { bodyOf } from "../../../src/protocols/rest/docs/curl.ts";
import {
  type DocumentOperation,
  OpenApiDocument,
  objectAt,
  textAt,
  toObject,
} from "../../../src/protocols/rest/docs/document.ts";
import { serve } from "../../../src/server/serve.ts";
import type { Server } from "../../../src/server/server.ts";
import { library } from "./describe-fixture.ts";

let server: Server;
before(async () => {
  server = await serve(library, { listen: ["127.0.0.1:0"], database: "sqlite::memory:", logLevel: "silent" });
});
after(() => server.close("now"));

for (const version of ["1", "2"]) {
  test(`version ${version}: every answer is as it is described, the refusals too`, async () => {
    const [origin = ""] = server.origins;
    const document = new OpenApiDocument(
      await readJson(await fetch(`${origin}/api/v${version}/openapi.json`)),
    );
    const check = checkerOf(document);
    const created = await fetch(`${origin}/api/v${version}/users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(bodyOf(operation(document, "createUser")).example).replaceAll(
        "ada@",
        `v${version}@`,
      ),
    });
    assert.equal(created.status, 201);
    const id = textAt(await readJson(created), "id");
    const seen = new Set<string>();
    for (const described of document.operations) {
      for (const request of requestsOf(described, id)) {
        const { path, ...init } = request;
        const answer = await fetch(origin + document.server + path, init);
        check(described, answer, await answer.text());
        seen.add(`${described.id} ${answer.status}${path.includes("fields=") ? " part" : ""}`);
      }
    }
    for (const each of [
      "getUser 200",
      "getUser 404",
      "updateUser 412",
      "updateBlogPost 428",
      "createUser 409",
      "rate 204",
      "getUser 200 part",
    ])
      assert.ok(seen.has(each), `${each} was not seen`);
  });
}

interface TestRequest extends RequestInit {
  readonly path: string;
}

/** Requests that go well and that break one thing each. Deletions come at rows that are not there. */
function requestsOf({ method, template, operation }: DocumentOperation, id: string): readonly TestRequest[] {
  const address = (row: string): string => {
    const path = template.replace("{id}", row).replace("{book}", "x");
    if (template.endsWith(":batchGet")) return `${path}?ids=${row}`;
    return template.endsWith(":search") ? `${path}?text=x` : path;
  };
  const body = objectAt(operation, "requestBody");
  const { example } = bodyOf(operation);
  const headers = { accept: "application/json", "content-type": "application/json" };
  const usual = { method, headers, ...(example === undefined ? {} : { body: JSON.stringify(example) }) };
  const problem = { ...headers, accept: "application/problem+json" };
  const extra = address(id).includes("?") ? "&" : "?";
  const requests: TestRequest[] = [
    { ...usual, path: address("nobody") },
    { ...usual, path: address("nobody"), headers: problem },
    { ...usual, path: `${address("nobody")}${extra}unknown=1` },
    { ...usual, path: address("nobody"), headers: { ...headers, accept: "text/html" } },
    {
      ...usual,
      path: address(id),
      headers: { ...headers, "if-match": '"other.1"', "idempotency-key": '"a"' },
    },
  ];
  if (method !== "DELETE") requests.push({ ...usual, path: address(id) });
  for (const name of choicesOf(operation, "fields"))
    requests.push({ ...usual, path: `${address(id)}${extra}fields=${name}` });
  if (Object.keys(body).length === 0) return requests;
  for (const text of ["{", "{}", '{"unknown":1}', "[]"])
    requests.push({ ...usual, path: address(id), body: text });
  requests.push({ ...usual, path: address(id), headers: { ...headers, "content-type": "text/plain" } });
  return requests;
}

/** What a parameter that lists names may name; none where there is no such parameter. */
function choicesOf(operation: JsonObject, name: string): readonly string[] {
  const { parameters } = operation;
  const all = Array.isArray(parameters) ? parameters.map(toObject) : [];
  const items = objectAt(objectAt(all.find((each) => each["name"] === name) ?? {}, "schema"), "items");
  return Array.isArray(items["enum"]) ? items["enum"].map(String) : [];
}

type Check = (described: DocumentOperation, answer: Response, text: string) => void;

function checkerOf(document: OpenApiDocument): Check {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  ajv.addSchema({ ...document.root, $id: "api:document" });
  const compile = (schema: JsonObject) =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api:document#/')));
  const known = new Map<string, ReturnType<typeof compile>>();
  return ({ id, operation }, answer, text) => {
    const place = `${id} ${answer.status} ${text.slice(0, 200)}`;
    const response = document.resolve(objectAt(operation, "responses")[String(answer.status)]);
    assert.ok(Object.keys(response).length > 0, `not described: ${place}`);
    for (const name of Object.keys(objectAt(response, "headers")))
      assert.ok(name === "Retry-After" || answer.headers.has(name), `no ${name}: ${place}`);
    const type = answer.headers.get("content-type") ?? "";
    const content = objectAt(response, "content");
    assert.equal(text === "", Object.keys(content).length === 0, place);
    if (text === "") return;
    const key = `${id} ${answer.status} ${type}`;
    const validate = known.get(key) ?? compile(objectAt(content[type], "schema"));
    known.set(key, validate);
    assert.ok(validate(JSON.parse(text)), `${place} ${JSON.stringify(validate.errors)}`);
  };
}

async function readJson(answer: Response): Promise<JsonObject> {
  const parsed: JsonValue = JSON.parse(await answer.text());
  return toObject(parsed);
}

function operation(document: OpenApiDocument, id: string): JsonObject {
  return document.operations.find((each) => each.id === id)?.operation ?? {};
}
