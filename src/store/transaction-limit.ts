import type { Awaitable } from "../base/awaitable.ts";
import { frameworkError } from "../errors/codes.ts";

/** As `work` settles; DEADLINE_EXCEEDED after so many milliseconds, of which `over` is told. */
export function within<T>(
  milliseconds: number,
  work: Awaitable<T>,
  over: (reason: Error) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const hint = "does it wait for a write outside of it?";
      const cause = new Error(`A transaction took more than ${milliseconds} ms: ${hint}`);
      const reason = frameworkError("DEADLINE_EXCEEDED", "The transaction took too long, and was undone", {
        cause,
      });
      reject(reason);
      over(reason);
    }, milliseconds);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
