import assert from "node:assert/strict";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonObject, JsonValue } from "../../../src/base/json.ts";
import { compileApi } from "../../../src/plan/compile.ts";
import { describeOpenApi } from "../../../src/protocols/rest/describe/openapi.ts";
import { restRoutes } from "../../../src/protocols/rest/routes.ts";
import { library } from "./describe-fixture.ts";

const plan = compileApi(library);
const documents = plan.versions.map((version) =>
  describeOpenApi({ plan, version, servers: [`/api/v${version.name}`] }),
);
const [first = {}, second = {}] = documents;

test("operations stand where REST says", () => {
  const places = plan.today.contracts.flatMap((contract) =>
    restRoutes(contract).map(({ method, template }) => `${contract.plan.id} ${method} ${template}`),
  );
  assert.deepEqual(places, [
    "users.list GET /users",
    "users.get GET /users/{id}",
    "users.create POST /users",
    "users.update PATCH /users/{id}",
    "users.replace PUT /users/{id}",
    "users.delete DELETE /users/{id}",
    "users.watch GET /users:watch",
    "users.batchGet GET /users:batchGet",
    "users.batchCreate POST /users:batchCreate",
    "blogPosts.list GET /blog-posts",
    "blogPosts.get GET /blog-posts/{id}",
    "blogPosts.create POST /blog-posts",
    "blogPosts.update PATCH /blog-posts/{id}",
    "blogPosts.replace PUT /blog-posts/{id}",
    "blogPosts.delete DELETE /blog-posts/{id}",
    "blogPosts.watch GET /blog-posts:watch",
    "blogPosts.batchGet GET /blog-posts:batchGet",
    "blogPosts.batchCreate POST /blog-posts:batchCreate",
    "blogPosts.publish POST /blog-posts/{id}:publish",
    "blogPosts.search GET /blog-posts:search",
    "ping GET /ping",
    "rate PUT /ratings/{book}",
    "ticks GET /ticks",
  ]);
});

test("the documents are OpenAPI 3.1 by its own schema", async () => {
  for (const document of documents) {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 1));
  }
});

test("every example is valid under its schema", () => {
  for (const document of documents) {
    const validate = validatorOf(document);
    let count = 0;
    for (const { schema, value, path } of examplesIn(document, "#")) {
      const check = validate(schema);
      assert.ok(check(value), `${path}: ${JSON.stringify(value)} ${JSON.stringify(check.errors)}`);
      count++;
    }
    assert.ok(count > 50, `only ${count} examples were found`);
  }
});

test("what the examples send is taken", () => {
  for (const [index, version] of plan.versions.entries()) {
    for (const contract of version.contracts) {
      const [route] = restRoutes(contract);
      if (route?.inputFrom !== "body") continue;
      const { requestBody } = at(documents[index], "paths", route.template, route.method.toLowerCase());
      const [media] = Object.values(at(requestBody, "content"));
      const example = at(media)["example"];
      // Nothing can be made up for a path parameter here but its place.
      const input = Object.fromEntries(route.pathParameters.map((name) => [name, "x"]));
      if (example !== undefined)
        contract.input.read({ ...at(example), ...(contract.input.takesId ? {} : input) }, "fromJson", "x");
    }
  }
});

test("every schema compiles, and every reference leads somewhere", () => {
  for (const document of documents) {
    const validate = validatorOf(document);
    for (const reference of referencesIn(document)) assert.ok(resolve(document, reference), reference);
    for (const name of Object.keys(at(document, "components", "schemas")))
      validate({ $ref: `#/components/schemas/${name}` });
  }
});

test("the same plan gives the same text", () => {
  const version = plan.versions[0] ?? plan.today;
  const again = describeOpenApi({ plan: compileApi(library), version, servers: ["/api/v1"] });
  assert.equal(JSON.stringify(again), JSON.stringify(first));
});

test("operation ids are unique and do not depend on the version", () => {
  const [ids = [], others = []] = documents.map((document) =>
    operationsOf(document).map((operation) => operation["operationId"]),
  );
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.ok(others.includes(id), String(id));
  for (const id of ["listUsers", "getUser", "batchGetUsers", "publishBlogPost", "ping"])
    assert.ok(ids.includes(id), id);
});

test("a version is described as it is", () => {
  const user = at(first, "components", "schemas", "User", "properties");
  assert.ok("name" in user && !("displayName" in user));
  assert.ok("displayName" in at(second, "components", "schemas", "User", "properties"));
  assert.ok(!("publishedAt" in at(first, "components", "schemas", "BlogPost", "properties")));
  assert.ok(!("/blog-posts:search" in at(first, "paths")));
  assert.equal(at(first, "paths", "/users", "get")["deprecated"], true);
  assert.equal(at(second, "paths", "/users", "get")["deprecated"], undefined);
  assert.ok("Sunset" in at(first, "paths", "/users", "get", "responses", "200", "headers"));
});

test("what is written only is never answered, what is read only need not be sent", () => {
  const { User, UserCreate } = at(second, "components", "schemas");
  assert.ok(!("password" in at(User, "properties")));
  assert.ok("password" in at(UserCreate, "properties"));
  assert.deepEqual(at(UserCreate)["required"], ["displayName", "email", "address"]);
  assert.equal(at(UserCreate, "properties", "id")["readOnly"], true);
  // A rule hides it from some callers, who get null.
  assert.deepEqual(at(User, "properties", "email")["type"], ["string", "null"]);
  assert.equal(at(second, "components", "schemas", "UserPatch")["required"], undefined);
});

test("errors are told by operation and status", () => {
  const create = at(second, "paths", "/users", "post", "responses", "409");
  const response = at(resolve(second, String(create["$ref"])));
  const content = at(response, "content");
  assert.deepEqual(Object.keys(content), ["application/json", "application/problem+json"]);
  const examples = at(content, "application/json", "examples");
  assert.deepEqual(Object.keys(examples), ["EMAIL_TAKEN", "IDEMPOTENCY_KEY_IN_USE", "TRANSACTION_CONFLICT"]);
  const publish = at(second, "paths", "/blog-posts/{id}:publish", "post");
  const refusal = at(resolve(second, String(at(publish, "responses", "400")["$ref"])));
  assert.match(String(refusal["description"]), /ALREADY_PUBLISHED/);
});

test("rules mark security, and keys and tags that must be sent are required", () => {
  assert.deepEqual(at(second, "paths", "/blog-posts", "post")["security"], [{ bearer: [] }]);
  assert.deepEqual(at(second, "paths", "/users", "get")["security"], [{}, { bearer: [] }]);
  const parameters = at(second, "components", "parameters");
  assert.equal(at(parameters, "IdempotencyKeyRequired")["required"], true);
  assert.equal(at(parameters, "IfMatchRequired")["required"], true);
});

function at(value: JsonValue | undefined, ...path: readonly string[]): JsonObject {
  let found = value;
  for (const name of path) found = isObject(found) ? found[name] : undefined;
  assert.ok(isObject(found), `nothing at ${path.join(" ")}`);
  return found;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function resolve(document: JsonObject, reference: string): JsonValue | undefined {
  return at(document, ...reference.split("/").slice(1));
}

function operationsOf(document: JsonObject): readonly JsonObject[] {
  return Object.values(at(document, "paths")).flatMap((item) =>
    Object.values(at(item)).map((each) => at(each)),
  );
}

function* referencesIn(value: JsonValue): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    if (name === "$ref" && typeof child === "string") yield child;
    else yield* referencesIn(child);
  }
}

interface Example {
  readonly schema: JsonObject;
  readonly value: JsonValue;
  readonly path: string;
}

/** Parameters, headers and media types have a schema and `example` or `examples`. */
function* examplesIn(value: JsonValue | undefined, path: string): Generator<Example> {
  if (typeof value !== "object" || value === null) return;
  if (isObject(value) && isObject(value["schema"])) {
    const { schema, example, examples } = value;
    if (example !== undefined) yield { schema, value: example, path };
    for (const [name, each] of Object.entries(isObject(examples) ? examples : {}))
      yield { schema, value: at(each)["value"] ?? null, path: `${path}/${name}` };
    return;
  }
  for (const [name, child] of Object.entries(value)) yield* examplesIn(child, `${path}/${name}`);
}

function validatorOf(document: JsonObject): (schema: JsonObject) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: "api:document" });
  const absolute = (schema: JsonObject): JsonObject =>
    JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api:document#/'));
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const text = JSON.stringify(schema);
    const known = compiled.get(text) ?? ajv.compile(absolute(schema));
    compiled.set(text, known);
    return known;
  };
}
