import type { StepPart } from "../step.ts";

/** All of it, or nothing. */
export function transaction(...statements: readonly string[]): readonly StepPart[] {
  return statements.length === 0 ? [] : [{ mode: "transaction", statements }];
}

/** One by one, outside transactions; all of them again where it was interrupted. */
export function alone(...statements: readonly string[]): readonly StepPart[] {
  return [{ mode: "alone", statements }];
}

/** Until it finds no rows any more. */
export function batches(statement: string): readonly StepPart[] {
  return [{ mode: "batches", statements: [statement] }];
}
