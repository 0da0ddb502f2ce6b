import type { JsonObject } from "../../../base/json.ts";
import { errorKinds } from "../../../errors/kinds.ts";
import { Field } from "../../../schema/field.ts";
import { exampleOf } from "../../../schema/json-example.ts";
import type { ErrorEntry } from "../../http/describe/error-catalog.ts";
import { detailsSchema, errorName } from "../../http/describe/error-details.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import { errorComponent, problemComponent } from "./error-schemas.ts";
import { headerReferences } from "./headers.ts";

/** The error answers of an operation, by status, and `default` for what may go wrong with any. */
export function errorResponses(scope: DescribeScope, entries: readonly ErrorEntry[]): JsonObject {
  const byStatus = Map.groupBy(entries, ({ http }) => http);
  const statuses = [...byStatus].sort(([a], [b]) => a - b);
  return {
    ...Object.fromEntries(statuses.map(([status, group]) => [String(status), errorResponse(scope, group)])),
    default: scope.components.refer("responses", "default", "OtherError", () => ({
      description: "Any other error: one of the server itself, or of the way to it.",
      headers: headerReferences(scope, ["Retry-After"]),
      content: contents(errorComponent(scope.components), problemComponent(scope.components), {}, {}),
    })),
  };
}

/** One answer for the errors of one status; the same errors elsewhere share it. */
function errorResponse(scope: DescribeScope, entries: readonly ErrorEntry[]): JsonObject {
  const identity = entries.map(({ code }) => code).join(" ");
  const name = entries.map(({ code }) => errorName(code)).join("Or");
  return scope.components.refer("responses", identity, name, () => describeErrors(scope, entries));
}

function describeErrors(scope: DescribeScope, entries: readonly ErrorEntry[]): JsonObject {
  const narrowed: JsonObject = {
    type: "object",
    properties: {
      code: { type: "string", enum: entries.map(({ code }) => code) },
      ...details(scope, entries),
    },
  };
  const error = {
    allOf: [errorComponent(scope.components), { type: "object", properties: { error: narrowed } }],
  };
  const problem = { allOf: [problemComponent(scope.components), narrowed] };
  const retryable = entries.some(({ kind }) => errorKinds[kind].retryable);
  return {
    description: entries.map(({ code, message }) => `\`${code}\`: ${message}.`).join("\n\n"),
    ...(retryable ? { headers: headerReferences(scope, ["Retry-After"]) } : {}),
    content: contents(error, problem, examples(entries, toErrorExample), examples(entries, toProblemExample)),
  };
}

function contents(
  error: JsonObject,
  problem: JsonObject,
  errors: JsonObject,
  problems: JsonObject,
): JsonObject {
  const withExamples = (schema: JsonObject, found: JsonObject): JsonObject =>
    Object.keys(found).length === 0 ? { schema } : { schema, examples: found };
  return {
    "application/json": withExamples(error, errors),
    "application/problem+json": withExamples(problem, problems),
  };
}

/** Details can be stated only where each of the codes says what its own are. */
function details(scope: DescribeScope, entries: readonly ErrorEntry[]): JsonObject {
  const known = entries.filter((entry) => Object.keys(entry.details).length > 0);
  if (known.length < entries.length) return {};
  const schemas = known.map((entry) => detailsSchema(entry, scope));
  const [only] = schemas;
  return { details: only !== undefined && schemas.length === 1 ? only : { anyOf: schemas } };
}

function examples(entries: readonly ErrorEntry[], make: (entry: ErrorEntry) => JsonObject): JsonObject {
  return Object.fromEntries(
    entries.map((entry) => [entry.code, { summary: entry.message, value: make(entry) }]),
  );
}

/** The error as it stands in content by default. */
export function toErrorExample(entry: ErrorEntry): JsonObject {
  return { error: { code: entry.code, message: entry.message, ...extras(entry) } };
}

/** The error as Problem Details. */
export function toProblemExample(entry: ErrorEntry): JsonObject {
  return {
    type: `/errors/${entry.code}`,
    title: errorKinds[entry.kind].message,
    status: entry.http,
    detail: entry.message,
    code: entry.code,
    ...extras(entry),
  };
}

function extras({ code, details }: ErrorEntry): JsonObject {
  const shown = Object.entries(details).flatMap(([name, type]) => {
    const value = type instanceof Field ? exampleOf(name, type, () => undefined) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...(shown.length === 0 ? {} : { details: Object.fromEntries(shown) }),
    ...(code === "INVALID_INPUT" ? { violations: [violation] } : {}),
  };
}

const violation: JsonObject = {
  path: "title",
  rule: "required",
  message: "is required",
  mend: "Send title",
};
