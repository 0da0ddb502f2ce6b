import type { RequestTarget } from "../../http/protocol.ts";

/** Whether a request is a call of one of the methods at these paths, or would be if there were such a method. */
export function isCall(request: RequestTarget, paths: { has(path: string): boolean }): boolean {
  if (paths.has(request.path)) return true;
  if (request.method === "OPTIONS") return isPreflight(request);
  return request.method === "POST" && request.header("content-type")?.startsWith("application/grpc") === true;
}

/** A page is about to call; where there is no such method, it must be able to read that. */
function isPreflight(request: RequestTarget): boolean {
  const asked = request.header("access-control-request-headers")?.toLowerCase();
  return asked !== undefined && /(?:^|[, ])(?:connect-protocol-version|x-grpc-web)(?:[, ]|$)/.test(asked);
}
