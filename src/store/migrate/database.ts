import type { Awaitable } from "../../base/awaitable.ts";
import type { Dialect } from "./dialect.ts";
import type { MigrationFile } from "./files.ts";
import type { Allowances } from "./plan.ts";
import type { Snapshot } from "./snapshot.ts";

/** A database that the {@link Migrator} looks at and changes. */
export interface MigrationDatabase {
  readonly dialect: Dialect;
  /** What it says of its own state. */
  read(): Awaitable<MigrationRecord>;
  /** Whether a query finds a row. */
  finds(query: string): Awaitable<boolean>;
  /** How its tables differ from those that it shall have, whatever its record says. */
  differences(wanted: Snapshot): Awaitable<readonly string[]>;
  /** Runs `work` while no other process changes the database by migrations; waits for one that does. */
  exclusively<T>(work: (writer: MigrationWriter) => Awaitable<T>): Awaitable<T>;
  close(): Awaitable<void>;
}

/** Changes a database, for as long as nobody else does. */
export interface MigrationWriter {
  /** Brings it to what `wanted` says. Answers what was done. */
  follow(wanted: Snapshot, allowed: Allowances): Awaitable<readonly string[]>;
  /** Applies a file, and records it; `snapshot` is what it comes to where that is known. */
  apply(file: MigrationFile, snapshot: Snapshot | null): Awaitable<void>;
  /** Records files that the database has been through without them. */
  adopt(files: readonly MigrationFile[]): Awaitable<void>;
}

/** What a database says of its own state. */
export interface MigrationRecord {
  /** The tables that it has, as they were when they were last changed. */
  readonly snapshot: Snapshot;
  readonly applied: readonly AppliedMigration[];
}

/** A migration that a database has been through. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  /** ISO 8601; null where only some of its steps have been applied. */
  readonly appliedAt: string | null;
}
