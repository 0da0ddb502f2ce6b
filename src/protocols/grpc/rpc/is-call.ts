import type { RequestHead } from "../../../net/exchange.ts";

/** Whether a request is a call of one of the methods at these paths, or would be if there were such a method. */
export function isCall(request: RequestHead, paths: { has(path: string): boolean }): boolean {
  if (paths.has(request.path)) return true;
  return request.method === "POST" && request.header("content-type")?.startsWith("application/grpc") === true;
}
