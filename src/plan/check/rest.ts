import type { AnyOperation } from "../../define/definition.ts";
import type { Field } from "../../schema/field.ts";
import { keyOf } from "../../schema/key-of.ts";
import { isField, shown } from "./form.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";

/** `METHOD /path/{field}`, taken apart. */
export interface RestPlace {
  readonly method: string;
  readonly template: string;
  /** Names in the template. */
  readonly parameters: readonly string[];
}

const methods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);
// A fixed segment or a parameter, each with a verb after a colon where it is the last one (AIP-136).
const path = /^(?:\/(?:[A-Za-z0-9._~-]+|\{[^{}/]+\}))+(?::[A-Za-z0-9._~-]+)?$/;

/** Reads `rest`; null where it is not of its form. */
export function readRest(rest: unknown): RestPlace | null {
  if (typeof rest !== "string") return null;
  const [method = "", template = "", ...others] = rest.trim().split(/\s+/);
  if (!methods.has(method) || !path.test(template) || others.length > 0) return null;
  const parameters = [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
  return { method, template, parameters };
}

/** Checks the address that an operation states; answers whether it is of its form, or the usual one. */
export function checkRest(operation: AnyOperation, place: Place): boolean {
  const { rest, sort, scope } = operation;
  if (rest === null) return true;
  const read = readRest(rest);
  if (read === null) {
    place.tell(
      `has the rest ${shown(rest)}`,
      'Write it as "METHOD /path/{field}", such as "GET /users/{id}/posts"',
    );
    return false;
  }
  if (sort === "command" && read.method === "GET")
    place.tell("changes state, and its rest is a GET", "Use POST, PUT, PATCH or DELETE");
  if (scope === "item" && !read.parameters.includes("id"))
    place.tell("is about one row, and its rest has no {id}", "Put {id} into the path");
  checkParameters(read, operation, place);
  return true;
}

function checkParameters({ parameters }: RestPlace, operation: AnyOperation, place: Place): void {
  const members = new Map(inputMembers(operation));
  if (new Set(parameters).size < parameters.length)
    place.tell("has a path parameter twice in its rest", "Name each once");
  for (const name of new Set(parameters)) {
    const field = members.get(name);
    if (field !== undefined && !isScalar(field))
      place.tell(
        `has the path parameter {${name}}, which is no scalar`,
        "Send it in the query or the content",
      );
    if (field === undefined && !(name === "id" && operation.scope === "item"))
      place.tell(
        `has the path parameter {${name}}, which its input does not have`,
        suggest(name, members.keys()),
      );
  }
}

/** The members of an input under the names that they have on the wire. */
export function inputMembers({ input }: AnyOperation): readonly (readonly [string, Field])[] {
  return Object.entries(input).flatMap(([name, field]) =>
    isField(field) ? [[keyOf(name, field), field] as const] : [],
  );
}

/** Whether a value is one piece of text in an address. */
export function isScalar({ shape }: Field): boolean {
  return shape.kind !== "list" && shape.kind !== "object" && shape.kind !== "json" && shape.kind !== "row";
}
