import type { JsonObject } from "../../../base/json.ts";
import type { Violation } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { DocumentReference } from "../documents/documents.ts";

/** What a request asks for (GraphQL over HTTP, "Request Parameters"). */
export interface GraphqlParameters extends DocumentReference {
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether the answer shall tell what it cost: the request's `extensions` have `cost`. */
  readonly tellsCost: boolean;
}

type Members = Readonly<Record<string, unknown>>;

/** Reads the parameters of one request. Throws an ApiError that lists what is wrong with them. */
export function readParameters(value: unknown): GraphqlParameters {
  if (!isMembers(value))
    throw invalid([
      violation("", "type", "must be an object", 'Send JSON such as {"query":"{ __typename }"}'),
    ]);
  const { query, documentId, operationName, variables, extensions } = value;
  // The common case: a query, perhaps with variables and a name.
  if (
    typeof query === "string" &&
    documentId === undefined &&
    extensions === undefined &&
    (operationName === undefined || typeof operationName === "string") &&
    (variables === undefined || isMembers(variables))
  )
    return plainParameters(query, operationName ?? "", variables ?? none);
  const violations: Violation[] = [
    ...text("query", query),
    ...text("documentId", documentId),
    ...text("operationName", operationName),
    ...map("variables", variables),
    ...map("extensions", extensions),
  ];
  const known = isMembers(extensions) ? extensions : none;
  const hash = readHash(known["persistedQuery"], violations);
  if (violations.length > 0) throw invalid(violations);
  return {
    query: typeof query === "string" ? query : null,
    documentId: typeof documentId === "string" ? documentId : null,
    hash,
    operationName: typeof operationName === "string" && operationName !== "" ? operationName : null,
    variables: isMembers(variables) ? variables : none,
    tellsCost: known["cost"] !== undefined && known["cost"] !== false,
  };
}

function plainParameters(query: string, operationName: string, variables: Members): GraphqlParameters {
  return {
    query,
    documentId: null,
    hash: null,
    operationName: operationName === "" ? null : operationName,
    variables,
    tellsCost: false,
  };
}

/** Reads them from the query of an address: `variables` and `extensions` are JSON there. Throws an ApiError. */
export function readQueryParameters(query: string): GraphqlParameters {
  const stated = new URLSearchParams(query);
  const value: Record<string, unknown> = {};
  for (const name of ["query", "documentId", "operationName"]) {
    const found = theOnly(stated, name);
    if (found !== null) value[name] = found;
  }
  for (const name of ["variables", "extensions"]) {
    const found = theOnly(stated, name);
    if (found !== null && found !== "") value[name] = parseParameter(name, found);
  }
  return readParameters(value);
}

/** Of two, whatever looks at requests on their way might see the other one. */
function theOnly(stated: URLSearchParams, name: string): string | null {
  const [first = null, ...others] = stated.getAll(name);
  if (others.length === 0) return first;
  throw invalid([violation(name, "repeated", "is stated more than once", "State it once")]);
}

const none: JsonObject = {};

function parseParameter(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid([violation(name, "json", "must be JSON", "Send a JSON object, percent-encoded")]);
  }
}

/** Automatic persisted queries: `{"version":1,"sha256Hash":"…"}`. */
function readHash(persisted: unknown, violations: Violation[]): string | null {
  if (persisted === undefined || persisted === null) return null;
  const { version, sha256Hash } = isMembers(persisted) ? persisted : none;
  if (version === 1 && typeof sha256Hash === "string" && /^[0-9a-f]{64}$/.test(sha256Hash)) return sha256Hash;
  violations.push(
    violation(
      "extensions.persistedQuery",
      "format",
      "must be version 1 with a SHA-256 hash",
      'Send {"version":1,"sha256Hash":"…"} with 64 lower-case hexadecimal digits',
    ),
  );
  return null;
}

function text(path: string, value: unknown): readonly Violation[] {
  if (value === undefined || value === null || typeof value === "string") return [];
  return [violation(path, "type", "must be a string", "Send a string, or leave it out")];
}

function map(path: string, value: unknown): readonly Violation[] {
  if (value === undefined || value === null || isMembers(value)) return [];
  return [violation(path, "type", "must be an object", "Send a JSON object, or leave it out")];
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function violation(path: string, rule: string, message: string, mend: string): Violation {
  return { path, rule, message, mend };
}

function invalid(violations: readonly Violation[]): Error {
  const [first] = violations;
  const message = first === undefined || first.path === "" ? undefined : `${first.path}: ${first.message}`;
  return frameworkError("INVALID_INPUT", message, { violations });
}
