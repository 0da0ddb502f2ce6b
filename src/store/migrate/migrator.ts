import type { TableModel } from "../../schema/table.ts";
import { StoreOpenError } from "../open-error.ts";
import type { Connection } from "../sqlite/connection.ts";
import { openConnection } from "../sqlite/open-connection.ts";
import { type MigrationFile, readMigrations, readSnapshot, writeMigration } from "./files.ts";
import { fillLiteral } from "./fill.ts";
import { type MigrationPlan, planMigration } from "./plan.ts";
import { runInTransaction } from "./run.ts";
import { type Snapshot, toSnapshot } from "./snapshot.ts";
import { type AppliedMigration, MigrationState } from "./state.ts";

/** Where a migration stands. */
export interface MigrationStatus {
  readonly name: string;
  /** ISO 8601; null where it has not been applied. */
  readonly appliedAt: string | null;
}

/** Changes a database by hand: the opposite of doing so at start. For the command line. */
export class Migrator {
  readonly #connection: Connection;
  readonly #state: MigrationState;
  readonly #wanted: Snapshot;
  readonly #folder: string;

  constructor(options: {
    readonly location: string;
    readonly tables: readonly TableModel[];
    readonly folder: string;
  }) {
    this.#connection = openConnection(options.location);
    this.#state = new MigrationState(this.#connection);
    this.#wanted = toSnapshot(options.tables, fillLiteral);
    this.#folder = options.folder;
  }

  /** The way from the database as it is to what the definition asks for. */
  plan(): MigrationPlan {
    return planMigration(this.#state.read(), this.#wanted);
  }

  /** Writes the next migration file. */
  write(label: string): ReturnType<typeof writeMigration> {
    return writeMigration(this.#folder, label, this.#wanted);
  }

  async status(): Promise<readonly MigrationStatus[]> {
    const applied = new Map(this.#state.applied().map((each) => [each.name, each.appliedAt]));
    return (await readMigrations(this.#folder)).map(({ name }) => ({
      name,
      appliedAt: applied.get(name) ?? null,
    }));
  }

  /**
   * Applies the files that have not been, each in a transaction; where there are no files, what the definition asks for.
   * Answers what was applied.
   */
  async apply(allowLoss: boolean): Promise<readonly string[]> {
    const files = await readMigrations(this.#folder);
    if (files.length === 0) return this.#applyPlan(allowLoss);
    const applied = this.#state.applied();
    assertUnchanged(files, applied);
    const open = files.filter(({ name }) => !applied.some((each) => each.name === name));
    const snapshot = await readSnapshot(this.#folder);
    for (const file of open) this.#applyFile(file, file === open.at(-1) ? snapshot : null);
    return open.map(({ name }) => name);
  }

  /** How the database differs from what the definition asks for; empty where it does not. */
  verify(): readonly string[] {
    const differences = this.plan().steps.map(({ description }) => description);
    const actual = this.#wanted.tables.flatMap(({ name, columns }) => {
      const found = new Set(
        this.#connection.all("select name from pragma_table_info(?)", [name]).map((row) => row["name"]),
      );
      return columns
        .filter((column) => !found.has(column.name))
        .map((column) => `${name}.${column.name} is not there`);
    });
    return [...differences, ...actual];
  }

  close(): void {
    this.#connection.close();
  }

  #applyPlan(allowLoss: boolean): readonly string[] {
    const { steps, obstacles } = this.plan();
    if (obstacles.length > 0) throw new StoreOpenError(obstacles.join("; "));
    const lost = steps.flatMap(({ loses }) => loses ?? []);
    if (lost.length > 0 && !allowLoss) {
      throw new StoreOpenError(`This would lose ${lost.join(" and ")}; --allow-loss does it all the same`);
    }
    const statements = steps.flatMap((step) => step.statements);
    runInTransaction(this.#connection, statements, () => this.#state.save(this.#wanted));
    return steps.map(({ description }) => description);
  }

  #applyFile({ name, sql, checksum }: MigrationFile, snapshot: Snapshot | null): void {
    runInTransaction(this.#connection, [sql], () => {
      this.#state.saveApplied({ name, checksum, appliedAt: new Date().toISOString() });
      if (snapshot !== null) this.#state.save(snapshot);
    });
  }
}

/** A file that was changed after it had been applied does not say any more what the database went through. */
function assertUnchanged(files: readonly MigrationFile[], applied: readonly AppliedMigration[]): void {
  for (const { name, checksum } of applied) {
    const file = files.find((each) => each.name === name);
    if (file === undefined)
      throw new StoreOpenError(`${name} was applied, and its file is not there any more; bring it back`);
    if (file.checksum !== checksum) {
      throw new StoreOpenError(
        `${name} was changed after it had been applied; undo that, and write another migration`,
      );
    }
  }
}
