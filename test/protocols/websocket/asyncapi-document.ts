import assert from "node:assert/strict";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { JsonObject, JsonValue } from "../../../src/base/json.ts";

/** An AsyncAPI document, and what travels held against it. */
export class AsyncApiDocument {
  readonly root: JsonObject;
  readonly #ajv: Ajv;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(root: JsonObject) {
    this.root = root;
    this.#ajv = new Ajv({ strict: false, logger: false, allErrors: true });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(root, "api:document");
  }

  /** What a path of names leads to. */
  at(...path: readonly string[]): JsonObject {
    let found: JsonValue | undefined = this.root;
    for (const name of path) found = isObject(found) ? found[name] : undefined;
    assert.ok(isObject(found), `nothing at ${path.join(" ")}`);
    return found;
  }

  resolve(reference: string): JsonObject {
    return this.at(...reference.split("/").slice(1));
  }

  /** References to the messages that an operation receives or sends. */
  messagesOf(operation: string): readonly string[] {
    return referencesOf(this.at("operations", operation));
  }

  /** References to those that it answers. */
  repliesOf(operation: string): readonly string[] {
    return referencesOf(this.at("operations", operation, "reply"));
  }

  /** Asserts that a payload is just one of these messages; answers its name. */
  assertOneOf(references: readonly string[], payload: unknown): string {
    const fitting = references.filter((reference) => this.#validator(reference)(payload));
    if (fitting.length !== 1) {
      const why = references.map((each) => `${each} ${JSON.stringify(this.#validator(each).errors)}`);
      assert.fail(`${JSON.stringify(payload)} is ${fitting.length} of:\n${why.join("\n")}`);
    }
    return fitting[0]?.split("/").at(-1) ?? "";
  }

  /** Whether a payload fits a message. */
  fits(reference: string, payload: unknown): boolean {
    return this.#validator(reference)(payload);
  }

  #validator(reference: string): ValidateFunction {
    const known = this.#validators.get(reference);
    if (known !== undefined) return known;
    assert.ok(Object.keys(this.resolve(reference)).includes("payload"), reference);
    const made = this.#ajv.compile({ $ref: `api:document${reference}/payload` });
    this.#validators.set(reference, made);
    return made;
  }
}

function referencesOf(node: JsonObject): readonly string[] {
  const { messages } = node;
  assert.ok(Array.isArray(messages));
  return messages.map((each) => String(each["$ref"]));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
