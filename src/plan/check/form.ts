import type { AnyChannel } from "../../define/channel-definition.ts";
import type { AnyOperation, AnyResource, FieldReference } from "../../define/definition.ts";
import type { Rule } from "../../define/rule.ts";
import type { Version } from "../../define/version.ts";
import type { AnyErrorDefinition } from "../../errors/error.ts";
import { Field } from "../../schema/field.ts";
import type { Place } from "./place.ts";

// Applications in plain JavaScript may state anything: what the type checker promises is looked at once more here.

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isField(value: unknown): value is Field {
  return value instanceof Field && isObject(value.shape) && typeof value.shape.kind === "string";
}

export function isResource(value: unknown): value is AnyResource {
  return isOfKind(value, "resource") && isObject(value["definition"]);
}

export function isOperation(value: unknown): value is AnyOperation {
  return isOfKind(value, "operation") && typeof value["sort"] === "string";
}

export function isChannel(value: unknown): value is AnyChannel {
  return isOfKind(value, "channel");
}

export function isVersion(value: unknown): value is Version {
  return isOfKind(value, "version") && isObject(value["options"]);
}

export function isFieldReference(value: unknown): value is FieldReference {
  return isOfKind(value, "field") && isField(value["field"]);
}

export function isRule(value: unknown): value is Rule {
  return isOfKind(value, "rule") && typeof value["check"] === "function";
}

export function isErrorDefinition(value: unknown): value is AnyErrorDefinition {
  return typeof value === "function" && "withDetails" in value && "code" in value && "kind" in value;
}

/** Values of a list; tells where there is something else. */
export function listOf(value: unknown, place: Place, mend: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  place.tell("is not a list", mend);
  return [];
}

/** Tells of texts that are something else; they end in contracts. */
export function checkText(value: unknown, place: Place, name: string): void {
  if (value === undefined || value === null || typeof value === "string") return;
  place.tell(`has a ${name} that is not text`, `Write ${name} as a string`);
}

export function checkDeprecated(value: unknown, place: Place): void {
  if (typeof value === "boolean" || typeof value === "string") return;
  place.tell("has a deprecated that is neither a reason nor true", "Write why, or true");
}

export function checkRule(value: unknown, place: Place): void {
  if (value !== null && !isRule(value))
    place.tell("has an allow that is not a rule", "Make it with rule(name, check)");
}

/** The name of a part, as a place; what has none is called by its sort. */
export function called(name: unknown, sort: string): string {
  return typeof name === "string" && name.trim() !== "" ? name : `${sort} without a name`;
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `"${value.length > 60 ? `${value.slice(0, 60)}...` : value}"`;
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined)
    return String(value);
  if (typeof value === "bigint") return `${value}n`;
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}

function isOfKind(value: unknown, kind: string): value is Readonly<Record<string, unknown>> {
  return isObject(value) && value["kind"] === kind;
}
