import type { JsonObject, JsonValue } from "../../../base/json.ts";

/** One operation of an OpenAPI document. */
export interface DocumentOperation {
  readonly id: string;
  readonly tag: string;
  /** In upper case. */
  readonly method: string;
  readonly template: string;
  readonly summary: string;
  readonly operation: JsonObject;
}

/** Reads an OpenAPI document, references included. */
export class OpenApiDocument {
  readonly root: JsonObject;
  /** Base address of the operations: `/api/v1`. */
  readonly server: string;
  readonly operations: readonly DocumentOperation[];

  constructor(root: JsonObject) {
    this.root = root;
    const [server] = listAt(root, "servers");
    this.server = textAt(server, "url").replace(/\/$/, "");
    this.operations = Object.entries(objectAt(root, "paths")).flatMap(([template, item]) =>
      Object.entries(toObject(item)).map(([method, operation]) =>
        toOperation(method, template, toObject(operation)),
      ),
    );
  }

  /** A node, or what its `$ref` leads to. */
  resolve(node: JsonValue | undefined): JsonObject {
    const object = toObject(node);
    const reference = object["$ref"];
    if (typeof reference !== "string") return object;
    let found: JsonValue | undefined = this.root;
    for (const name of reference.split("/").slice(1)) found = toObject(found)[name];
    return toObject(found);
  }
}

/** The last part of a reference: the name of what it leads to. */
export function referenceName(node: JsonValue | undefined): string | null {
  const reference = toObject(node)["$ref"];
  return typeof reference === "string" ? (reference.split("/").at(-1) ?? null) : null;
}

/** A value as an object; empty for one that is none. */
export function toObject(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !isList(value) ? value : {};
}

export function objectAt(value: JsonValue | undefined, name: string): JsonObject {
  return toObject(toObject(value)[name]);
}

export function listAt(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  const found = toObject(value)[name];
  return isList(found) ? found : [];
}

export function textAt(value: JsonValue | undefined, name: string): string {
  const found = toObject(value)[name];
  return typeof found === "string" ? found : "";
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function toOperation(method: string, template: string, operation: JsonObject): DocumentOperation {
  const [tag] = listAt(operation, "tags");
  return {
    id: textAt(operation, "operationId"),
    tag: typeof tag === "string" ? tag : "",
    method: method.toUpperCase(),
    template,
    summary: textAt(operation, "summary"),
    operation,
  };
}
