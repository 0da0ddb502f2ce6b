import type { Awaitable } from "../../../base/awaitable.ts";
import type { PreparedOperation } from "../documents/prepared.ts";
import type { ExecutionRequest, ExecutionResult } from "../execute/execution.ts";

/**
 * Runs an operation of any kind: `take` gets one result of a query or mutation, and each of a subscription, the next one when the
 * promise of the one before has resolved. When `signal` aborts, the subscription's source is told and nothing more is taken.
 * Rejects with what `take` or the source rejected with.
 */
export async function eachResult(
  { execution }: PreparedOperation,
  request: ExecutionRequest,
  signal: AbortSignal,
  take: (result: ExecutionResult) => Awaitable<void>,
): Promise<void> {
  const results =
    execution.kind === "subscription" ? await execution.subscribe(request) : await execution.run(request);
  if (Symbol.asyncIterator in results) await takeAll(results[Symbol.asyncIterator](), signal, take);
  else if (!signal.aborted) await take(results);
}

async function takeAll(
  results: AsyncIterator<ExecutionResult>,
  signal: AbortSignal,
  take: (result: ExecutionResult) => Awaitable<void>,
): Promise<void> {
  const stop = (): void => void Promise.resolve(results.return?.()).catch(() => {});
  // Who leaves while the source makes itself ready gets nothing of it.
  if (signal.aborted) {
    stop();
    return;
  }
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (let next = await results.next(); next.done !== true; next = await results.next()) {
      if (signal.aborted) return;
      await take(next.value);
    }
  } catch (thrown) {
    stop();
    throw thrown;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
