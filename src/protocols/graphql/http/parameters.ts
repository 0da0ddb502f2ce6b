import { isUtf8 } from "node:buffer";
import type { JsonObject } from "../../../base/json.ts";
import { repeatedMember } from "../../../base/repeated-member.ts";
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

/** Reads JSON content. Throws an ApiError. */
export function parseContent(content: Uint8Array): unknown {
  if (content.length === 0)
    throw invalidJson("The content is empty", 'Send JSON such as {"query":"{ __typename }"}');
  if (!isUtf8(content)) throw invalidJson("The content is not UTF-8", "Send JSON in UTF-8 (RFC 8259)");
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidJson("The content is not JSON", 'Send JSON such as {"query":"{ __typename }"}');
  }
  const repeated = repeatedMember(text, value);
  if (repeated !== null) throw invalidJson(`${repeated}: is stated twice`, "State it once (RFC 8259 §4)");
  return value;
}

/** Reads the parameters of one request. Throws an ApiError that lists what is wrong with them. */
export function readParameters(value: unknown): GraphqlParameters {
  if (!isMembers(value))
    throw invalid([
      violation("", "type", "must be an object", 'Send JSON such as {"query":"{ __typename }"}'),
    ]);
  const { query, documentId, operationName, variables, extensions } = value;
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

/** Reads them from the query of an address: `variables` and `extensions` are JSON there. Throws an ApiError. */
export function readQueryParameters(query: string): GraphqlParameters {
  const stated = new URLSearchParams(query);
  const value: Record<string, unknown> = {};
  for (const name of ["query", "documentId", "operationName"]) {
    const found = stated.get(name);
    if (found !== null) value[name] = found;
  }
  for (const name of ["variables", "extensions"]) {
    const found = stated.get(name);
    if (found !== null && found !== "") value[name] = parseParameter(name, found);
  }
  return readParameters(value);
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

function invalidJson(message: string, mend: string): Error {
  return frameworkError("INVALID_JSON", message, { violations: [violation("", "json", message, mend)] });
}
