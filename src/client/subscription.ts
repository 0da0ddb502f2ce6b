import { ClientError } from "./client-error.ts";
import type { Inbox } from "./inbox.ts";
import type { RpcRequest, Session } from "./session.ts";

/** Fills an inbox with what a subscription tells. */
export function subscribe<T>(
  session: Session,
  request: RpcRequest,
  {
    inbox,
    take,
    buffer,
  }: { readonly inbox: Inbox<T>; readonly take: (value: unknown) => void; readonly buffer: number },
): void {
  if (inbox.isOver) return;
  const stop = session.stream(request, {
    next(value) {
      take(value);
      if (inbox.size <= buffer) return;
      stop();
      const message = `${buffer} values were not taken in time`;
      inbox.end(new ClientError("QUEUE_FULL", "resource_exhausted", message));
    },
    over: (error) => inbox.end(error),
  });
  inbox.onLeft = stop;
}
