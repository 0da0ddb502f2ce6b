import type { ApiError } from "../../../errors/api-error.ts";
import { errorMembers } from "../../../errors/error-members.ts";
import { type ErrorKind, errorKinds } from "../../../errors/kinds.ts";
import type { RpcId } from "./rpc-request.ts";

/** JSON-RPC's own numbers (§5.1). */
export const rpcCodes = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  internal: -32603,
} as const;

/** An answer; `result` and `meta` are JSON text, `meta` null for none. */
export function resultText(id: RpcId, result: string, meta: string | null): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}${meta === null ? "" : `,"meta":${meta}`}}`;
}

/** An error's answer. */
export function errorText(id: RpcId | null, error: ApiError): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${errorJson(error)}}`;
}

/** What a stream tells; `value` is JSON text. */
export function nextText(stream: RpcId, value: string): string {
  return `{"jsonrpc":"2.0","method":"$/next","params":{"stream":${JSON.stringify(stream)},"value":${value}}}`;
}

export function completeText(stream: RpcId): string {
  return `{"jsonrpc":"2.0","method":"$/complete","params":{"stream":${JSON.stringify(stream)}}}`;
}

export function streamErrorText(stream: RpcId, error: ApiError): string {
  return `{"jsonrpc":"2.0","method":"$/error","params":{"stream":${JSON.stringify(stream)},"error":${errorJson(error)}}}`;
}

function errorJson(error: ApiError): string {
  const data = { code: error.code, kind: error.kind, ...errorMembers(error) };
  return JSON.stringify({ code: errorNumber(error), message: error.message, data });
}

/** Those of fourfold's own errors that JSON-RPC has a number for; other errors have that of their kind. */
const numbers: ReadonlyMap<string, number> = new Map([
  ["INVALID_JSON", rpcCodes.parse],
  ["MALFORMED_REQUEST", rpcCodes.request],
  ["UNIMPLEMENTED", rpcCodes.method],
]);

/** The number of an error. Beside JSON-RPC's own there is room from -32000 to -32099: for gRPC's codes. */
export function errorNumber({ code, kind }: { readonly code: string; readonly kind: ErrorKind }): number {
  const own = numbers.get(code);
  if (own !== undefined) return own;
  if (kind === "invalid_argument") return rpcCodes.params;
  if (kind === "internal") return rpcCodes.internal;
  return -32000 - errorKinds[kind].grpc;
}
