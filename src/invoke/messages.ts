import { ApiError } from "../errors/api-error.ts";
import { frameworkError } from "../errors/codes.ts";
import type { Input } from "../plan/codec/object-reader.ts";
import type { MessageReader } from "../plan/message-reader.ts";
import type { Call } from "./call.ts";
import { isSource, Passage } from "./passage.ts";
import type { Step } from "./step.ts";

/** Messages of a call on their way to its handler. */
export type Messages = Passage<Input>;

/** Messages that callers state in this process, which may not be what their type says. */
export function statedMessages(reader: MessageReader, stated: unknown): Messages {
  if (isSource(stated)) return new Passage(stated, (message, index) => reader.read(message, "check", index));
  const mend = "Call it with a list, or with what an async generator answers";
  throw frameworkError("INVALID_INPUT", "messages: must be an iterable of messages", {
    violations: [{ path: "messages", rule: "type", message: "must be an iterable of messages", mend }],
  });
}

/**
 * One answer to many messages. What breaks the messages off, such as one against the rules, ends the call at once and with that
 * error: a handler that catches it cannot make a success of it.
 */
export function answerMessages(next: Step): Step {
  return async (call) => {
    const messages = messagesOf(call);
    const broken = Promise.withResolvers<never>();
    // A handler that throws before it answers anything leaves nobody to look at it.
    broken.promise.catch(() => {});
    const release = whenAborted(call, (reason) => messages.fail(reason));
    messages.whenOver((failure) => {
      if (failure === null) return;
      call.expire(failure);
      broken.reject(failure);
    });
    try {
      if (call.signal.aborted) throw reasonOf(call.signal);
      return await Promise.race([broken.promise, next(call)]);
    } finally {
      release();
      void messages.return();
    }
  };
}

/** The messages of an operation's call that takes them. */
export function messagesOf({ messages }: Call): Messages {
  if (messages === null) throw new TypeError("The call has no messages");
  return messages;
}

/** Calls `stop` when the caller has gone away or the time is over; what it answers lets go of the signal. */
export function whenAborted({ signal }: Call, stop: (reason: Error) => void): () => void {
  const aborted = (): void => stop(reasonOf(signal));
  if (signal.aborted) aborted();
  // Composed signals live as long as they are listened to.
  else signal.addEventListener("abort", aborted, { once: true });
  return () => signal.removeEventListener("abort", aborted);
}

/** Why a call was ended from outside, as its handler is told. */
export function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof ApiError ? reason : frameworkError("CANCELLED");
}
