import type { Snapshot } from "./snapshot.ts";

/** One change of a database. */
export interface MigrationStep {
  /** For people: `add column posts.published_at`. */
  readonly description: string;
  /** What is run, one after the other. */
  readonly parts: readonly StepPart[];
  /** What is lost by it; null for nothing. */
  readonly loses: string | null;
  /** The table that is written anew, and can be neither read nor written meanwhile; null for none, or where that is all a database can do. */
  readonly rewrites: string | null;
  /** What it holds up, and for how long; null for nothing to speak of. */
  readonly holds: string | null;
  /** What fails from then on in nodes that serve the definition of before; null for nothing. */
  readonly breaks: string | null;
  /** Whether a node that serves the definition can do without it: nothing that it names is missing, or refuses what it writes. */
  readonly isDispensable: boolean;
  /** Takes back what is in the way of others where it fails: each by itself, whether it is there or not. */
  readonly undo: readonly string[];
  /** The tables that there are after it. */
  readonly after: (before: Snapshot) => Snapshot;
}

/** Statements that are run alike. */
export interface StepPart {
  readonly mode: PartMode;
  readonly statements: readonly string[];
}

/**
 * `transaction`: all of it, or nothing. `alone`: statements that no transaction may hold. `batches`: a statement that changes some rows, and
 * is run until it finds none.
 */
export type PartMode = "transaction" | "alone" | "batches";

/** All statements of a step. */
export function statementsOf({ parts }: MigrationStep): readonly string[] {
  return parts.flatMap(({ statements }) => statements);
}
