import type { Violation } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { SocketMeta } from "../../http/socket-operation.ts";

export type Members = Readonly<Record<string, unknown>>;

/** What answers are told apart by. */
export type RpcId = string | number;

/** A request or a notification (JSON-RPC 2.0 §4). */
export interface RpcRequest {
  /** Null for a notification. */
  readonly id: RpcId | null;
  readonly method: string;
  readonly params: Members;
  readonly meta: SocketMeta;
}

const longestId = 128;

/** Reads a request. Throws MALFORMED_REQUEST with every violation. */
export function readRequest(value: unknown): RpcRequest {
  if (!isMembers(value)) throw malformed([violation("", "type", "must be an object", example)]);
  const { jsonrpc, id, method, params, meta } = value;
  const violations = [
    ...when(jsonrpc !== "2.0", "jsonrpc", "const", 'must be "2.0"', 'Send "jsonrpc":"2.0"'),
    ...when(
      id !== undefined && !isId(id),
      "id",
      "type",
      "must be a string or a whole number",
      `Send a whole number, or text of up to ${longestId} characters; leave it out for a notification`,
    ),
    ...when(
      typeof method !== "string",
      "method",
      "type",
      "must be a string",
      'Send an operation: "users.get"',
    ),
    ...when(
      params !== undefined && !isMembers(params),
      "params",
      "type",
      "must be an object",
      'Send the input by name: {"id":"1"}',
    ),
    ...when(
      meta !== undefined && !isMembers(meta),
      "meta",
      "type",
      "must be an object",
      "Send traceparent, idempotencyKey or timeout in it, or leave it out",
    ),
  ];
  if (violations.length > 0) throw malformed(violations);
  return {
    id: isId(id) ? id : null,
    method: String(method),
    params: isMembers(params) ? params : none,
    meta: isMembers(meta) ? meta : none,
  };
}

/** The id of a request that may be none, to answer it by. */
export function idOf(value: unknown): RpcId | null {
  return isMembers(value) && isId(value["id"]) ? value["id"] : null;
}

const none: Members = {};
const example = 'Send {"jsonrpc":"2.0","id":1,"method":"users.get","params":{"id":"1"}}';

function isId(value: unknown): value is RpcId {
  return typeof value === "string" ? value.length <= longestId : Number.isSafeInteger(value);
}

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function when(
  holds: boolean,
  path: string,
  rule: string,
  message: string,
  mend: string,
): readonly Violation[] {
  return holds ? [violation(path, rule, message, mend)] : [];
}

function violation(path: string, rule: string, message: string, mend: string): Violation {
  return { path, rule, message, mend };
}

function malformed(violations: readonly Violation[]): Error {
  return frameworkError("MALFORMED_REQUEST", "This is no request of JSON-RPC 2.0", { violations });
}
