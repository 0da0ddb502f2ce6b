import type { SocketOperation } from "../../http/socket-operation.ts";
import type { RpcCaller } from "./rpc-caller.ts";
import { noMethod } from "./rpc-refusal.ts";
import { isId, type RpcId, type RpcRequest } from "./rpc-request.ts";
import { invalid, type Members, unknownMembers, when } from "./violation.ts";

/** What the protocol's own methods are about. */
export interface Controlled {
  readonly caller: RpcCaller;
  /** Calls under way. */
  readonly calls: { get(id: RpcId): SocketOperation | undefined };
}

/** Carries out a method of the protocol itself; its result as JSON text. Rejects with what is wrong, or what `authenticate` throws. */
export async function control(request: RpcRequest, { caller, calls }: Controlled): Promise<string> {
  const { method } = request;
  const params = request.params ?? {};
  switch (method) {
    case "$/ping":
      assertNoMore(params, []);
      return "null";
    case "$/cancel":
      calls.get(toId(params))?.leave();
      return "null";
    case "$/authenticate": {
      const known = await caller.renew(toToken(params));
      return JSON.stringify({ caller: known?.id ?? null });
    }
    default:
      throw noMethod(method);
  }
}

function toId(params: Members): RpcId {
  assertNoMore(params, ["id"]);
  const { id } = params;
  if (isId(id)) return id;
  throw invalid(when(true, "id", ruleOf(id), "must be the id of a call", 'Send {"id":1}'));
}

function toToken(params: Members): string {
  assertNoMore(params, ["token"]);
  const { token } = params;
  if (typeof token === "string") return token;
  throw invalid(when(true, "token", ruleOf(token), "must be a string", 'Send {"token":"…"}'));
}

function ruleOf(value: unknown): string {
  return value === undefined ? "required" : "type";
}

function assertNoMore(params: Members, known: readonly string[]): void {
  const unknown = unknownMembers(params, known, "");
  if (unknown.length > 0) throw invalid(unknown);
}
