import { createHash } from "node:crypto";
import { frameworkError } from "../errors/codes.ts";
import type { AnswerCodec } from "../plan/answer-codec.ts";
import { canonical } from "../plan/operation-plan.ts";
import type { ReplyLog, Store, StoredReply } from "../store/store.ts";
import type { Call } from "./call.ts";
import type { Step } from "./step.ts";

/** What repeating a call needs to know of its operation. */
export interface IdempotencyOptions {
  readonly operation: string;
  readonly required: boolean;
  /** Whether what it does may be done again once it was undone: it is all in the database. */
  readonly isRepeatable: boolean;
  readonly store: Store;
  readonly answers: AnswerCodec;
  readonly now: () => Date;
  readonly next: Step;
}

/**
 * Answers a repeated call as the first one was answered (draft-ietf-httpapi-idempotency-key-header). The reply is written
 * in the transaction of what it answers: after a crash there are both or none. Errors are not kept: what failed changed
 * nothing, and is tried again.
 */
export function idempotent(options: IdempotencyOptions): Step {
  const running = new Set<string>();
  return (call) => {
    const { idempotencyKey } = call.source;
    if (idempotencyKey !== null) return answerOnce(options, running, call, idempotencyKey);
    if (!options.required) return options.next(call);
    throw frameworkError("INVALID_INPUT", "Idempotency-Key: is required", {
      violations: [
        {
          path: "Idempotency-Key",
          rule: "required",
          message: "is required for this operation",
          mend: "Send a fresh key, such as a UUID, and the same one when you repeat the call",
        },
      ],
    });
  };
}

async function answerOnce(
  options: IdempotencyOptions,
  running: Set<string>,
  call: Call,
  stated: string,
): Promise<unknown> {
  // Keys belong to a caller and an operation: two callers who pick the same key never meet.
  const key = digest(JSON.stringify([call.caller?.id ?? null, options.operation, stated]));
  const fingerprint = digest(canonical(call.input));
  const kept = await options.store.replies.find(key);
  if (kept !== null) return repeat(kept, fingerprint, options.answers);
  if (running.has(key)) throw frameworkError("IDEMPOTENCY_KEY_IN_USE", undefined, { retryAfter: 1 });
  running.add(key);
  try {
    return await answerFirst(options, call, key, fingerprint);
  } finally {
    running.delete(key);
  }
}

function answerFirst(
  options: IdempotencyOptions,
  call: Call,
  key: string,
  fingerprint: string,
): Promise<unknown> {
  const { store, answers, next, now, isRepeatable } = options;
  const written = store.transaction(
    async (transaction) => {
      // Another process may have answered since.
      const kept = await transaction.replies.find(key);
      if (kept !== null) return repeat(kept, fingerprint, answers);
      call.transaction = transaction;
      const answer = await next(call);
      await save(transaction.replies, key, {
        fingerprint,
        savedAt: now().getTime(),
        answer: answers.toText(answer),
      });
      return answer;
    },
    { isRepeatable },
  );
  return written.finally(() => {
    // Protocols may read what belongs to the answer.
    call.transaction = null;
  });
}

function save(replies: ReplyLog, key: string, reply: StoredReply): PromiseLike<void> | void {
  return replies.save(key, reply);
}

function repeat(kept: StoredReply, fingerprint: string, answers: AnswerCodec): unknown {
  if (kept.fingerprint !== fingerprint) throw frameworkError("IDEMPOTENCY_KEY_REUSED");
  return answers.fromText(kept.answer);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
