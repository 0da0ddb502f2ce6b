import type { Violation } from "../../../errors/api-error.ts";
import type { SocketMeta } from "../../http/socket-operation.ts";
import { metaViolations } from "./rpc-meta.ts";
import { isMembers, type Members, malformed, unknownMembers, when } from "./violation.ts";

/** What answers are told apart by. */
export type RpcId = string | number;

/** A request or a notification (JSON-RPC 2.0 §4). */
export interface RpcRequest {
  /** Null for a notification. */
  readonly id: RpcId | null;
  readonly method: string;
  /** By name; null where they are stated by position, which no method takes. */
  readonly params: Members | null;
  readonly meta: SocketMeta;
}

/** Characters of an id that is text. */
export const longestId = 128;

/** Reads a request. Throws MALFORMED_REQUEST with every violation. */
export function readRequest(value: unknown): RpcRequest {
  if (!isMembers(value)) throw malformed(when(true, "", "type", "must be an object", example));
  const { jsonrpc, id, method, params = none, meta = none } = value;
  // The common case, for which nothing is listed.
  const isPlain = jsonrpc === "2.0" && typeof method === "string" && meta === none && hasKnownNames(value);
  if (isPlain && isId(id) && isMembers(params)) return { id, method, params, meta: none };
  const violations = violationsOf(value);
  if (violations.length > 0) throw malformed(violations);
  return {
    id: isId(id) ? id : null,
    method: String(method),
    params: isMembers(params) ? params : null,
    meta: isMembers(meta) ? meta : none,
  };
}

function violationsOf(request: Members): readonly Violation[] {
  const { jsonrpc, id, method, params = none, meta = none } = request;
  return [
    ...when(jsonrpc !== "2.0", "jsonrpc", "const", 'must be "2.0"', 'Send "jsonrpc":"2.0"'),
    ...idViolations(id),
    ...when(
      typeof method !== "string",
      "method",
      "type",
      "must be a string",
      'Send an operation: "users.get"',
    ),
    ...when(
      !isMembers(params) && !Array.isArray(params),
      "params",
      "type",
      "must be an object",
      'Send the input by name: {"id":"1"}',
    ),
    ...(isMembers(meta)
      ? metaViolations(meta)
      : when(true, "meta", "type", "must be an object", "Send an object, or leave it out")),
    ...unknownMembers(request, names, ""),
  ];
}

function hasKnownNames(request: Members): boolean {
  for (const name of Object.keys(request)) if (!names.includes(name)) return false;
  return true;
}

/** The id of a request that may be none, to answer it by. */
export function idOf(value: unknown): RpcId | null {
  return isMembers(value) && isId(value["id"]) ? value["id"] : null;
}

const names: readonly string[] = ["jsonrpc", "id", "method", "params", "meta"];
const none: Members = {};
const example = 'Send {"jsonrpc":"2.0","id":1,"method":"users.get","params":{"id":"1"}}';

function idViolations(id: unknown): readonly Violation[] {
  return when(
    id !== undefined && !isId(id),
    "id",
    "type",
    "must be a string or a whole number",
    `Send a whole number, or text of up to ${longestId} characters; leave it out for a notification`,
  );
}

export function isId(value: unknown): value is RpcId {
  return typeof value === "string" ? value.length <= longestId : Number.isSafeInteger(value);
}
