import type { ApiError } from "../../../errors/api-error.ts";
import { errorMembers } from "../../../errors/error-members.ts";
import { errorKinds } from "../../../errors/kinds.ts";
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

/** An error's answer. `code` is that of its kind where it is not stated. */
export function errorText(id: RpcId | null, error: ApiError, code: number | null): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${errorJson(error, code)}}`;
}

/** What a stream tells; `value` is JSON text. */
export function nextText(stream: RpcId, value: string): string {
  return `{"jsonrpc":"2.0","method":"$/next","params":{"stream":${JSON.stringify(stream)},"value":${value}}}`;
}

export function completeText(stream: RpcId): string {
  return `{"jsonrpc":"2.0","method":"$/complete","params":{"stream":${JSON.stringify(stream)}}}`;
}

export function streamErrorText(stream: RpcId, error: ApiError): string {
  return `{"jsonrpc":"2.0","method":"$/error","params":{"stream":${JSON.stringify(stream)},"error":${errorJson(error, null)}}}`;
}

function errorJson(error: ApiError, stated: number | null): string {
  const data = { code: error.code, kind: error.kind, ...errorMembers(error) };
  return JSON.stringify({ code: stated ?? codeOf(error), message: error.message, data });
}

/** Beside JSON-RPC's own there is room from -32000 to -32099: for gRPC's codes. */
function codeOf({ kind }: ApiError): number {
  if (kind === "invalid_argument") return rpcCodes.params;
  if (kind === "internal") return rpcCodes.internal;
  return -32000 - errorKinds[kind].grpc;
}
