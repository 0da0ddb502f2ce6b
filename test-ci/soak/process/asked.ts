/** A question of the test to one of its processes. */
export interface Question {
  readonly name: string;
  readonly argument: number;
}

/** The answer to a question. */
export interface Reply<V> {
  readonly name: string;
  readonly value: V;
}

/**
 * Answers the questions of the process that has started this one, and ends with it. Returns a function after which this process
 * ends only when nothing is left to do.
 */
export function answerQuestions(
  answers: Readonly<Record<string, (argument: number) => unknown>>,
): () => void {
  const end = (): void => process.exit();
  process.on("disconnect", end);
  process.on("message", (question: Question) => void answer(question));
  return () => {
    process.off("disconnect", end);
    process.disconnect?.();
  };

  async function answer({ name, argument }: Question): Promise<void> {
    const value = await answers[name]?.(argument);
    process.send?.({ name, value } satisfies Reply<unknown>);
  }
}
