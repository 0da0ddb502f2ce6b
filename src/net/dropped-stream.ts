import type { Awaitable } from "../base/awaitable.ts";
import { frameworkError } from "../errors/codes.ts";
import type { ResponseStream } from "./exchange.ts";

/** The stream of an exchange whose peer is gone already. */
export class DroppedStream implements ResponseStream {
  write(): Awaitable<void> {
    return rejectedWrite();
  }
  end(): void {}
  abort(): void {}
}

/** What a write gets once the peer is gone. A writer that does not look at it must not bring the process down. */
export function rejectedWrite(): Promise<void> {
  const promise = Promise.reject(frameworkError("CANCELLED"));
  promise.catch(() => {});
  return promise;
}
