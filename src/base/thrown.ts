/** What was thrown, as an error: JavaScript may throw anything. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error("Something was thrown that is no error", { cause: thrown });
}
