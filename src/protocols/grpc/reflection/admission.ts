import type { Awaitable } from "../../../base/awaitable.ts";
import type { ApiOptions } from "../../../define/api.ts";
import type { Caller } from "../../../define/caller.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { RpcCall } from "../rpc/call.ts";

/** Whether what is served may be asked for: by everybody, by nobody, or by whom a function says. */
export type ReflectionAccess = boolean | ((caller: Caller | null) => Awaitable<boolean>);

/** Refuses who may not ask, by rejecting; null where everybody may. */
export function admission(
  access: ReflectionAccess,
  authenticate: ApiOptions["authenticate"],
): ((call: RpcCall) => Promise<void>) | null {
  if (typeof access !== "function") return null;
  return async (call) => {
    const caller = authenticate === undefined ? null : await authenticate(call.credentials);
    if (await access(caller)) return;
    throw frameworkError(caller === null ? "UNAUTHENTICATED" : "PERMISSION_DENIED");
  };
}
