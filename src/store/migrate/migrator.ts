import type { TableModel } from "../../schema/table.ts";
import { StoreOpenError } from "../open-error.ts";
import { dropTriggers, installTriggers } from "../sqlite/changes/triggers.ts";
import type { Connection } from "../sqlite/connection.ts";
import { openConnection } from "../sqlite/open-connection.ts";
import { type MigrationFile, readMigrations, readSnapshot, writeMigration } from "./files.ts";
import { fillLiteral } from "./fill.ts";
import { obstaclesIn } from "./obstacles.ts";
import { assertNoLoss, type MigrationPlan, planMigration } from "./plan.ts";
import { runInTransaction } from "./run.ts";
import { type Snapshot, toSnapshot } from "./snapshot.ts";
import { type AppliedMigration, MigrationState } from "./state.ts";
import { differences } from "./verify.ts";

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
  readonly #tables: readonly TableModel[];
  readonly #wanted: Snapshot;
  readonly #folder: string;

  constructor(options: {
    readonly location: string;
    readonly tables: readonly TableModel[];
    readonly folder: string;
  }) {
    this.#connection = openConnection(options.location);
    this.#state = new MigrationState(this.#connection);
    this.#tables = options.tables;
    this.#wanted = toSnapshot(options.tables, fillLiteral);
    this.#folder = options.folder;
  }

  /** The way from the database as it is to what the definition asks for. */
  plan(): MigrationPlan {
    return planMigration(this.#state.read(), this.#wanted);
  }

  /** What stands in the way of {@link plan}, with the rows that there are. */
  obstacles(): readonly string[] {
    return obstaclesIn(this.plan(), this.#connection);
  }

  /** Writes the next migration file; null where nothing has changed. What it would lose must be allowed. */
  write(label: string, allowLoss: boolean): Promise<string | null> {
    return writeMigration({ folder: this.#folder, label, wanted: this.#wanted, allowLoss });
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
   * Answers what was applied. What a file loses was allowed when it was written.
   */
  async apply(allowLoss: boolean): Promise<readonly string[]> {
    const files = await readMigrations(this.#folder);
    const applied = this.#state.applied();
    assertUnchanged(files, applied);
    if (files.length === 0) return this.#applyPlan(allowLoss);
    const snapshot = await readSnapshot(this.#folder);
    if (applied.length === 0 && this.#state.read().tables.length > 0) return this.#adopt(files, snapshot);
    const open = files.filter(({ name }) => !applied.some((each) => each.name === name));
    const aside = new Set<string>();
    for (const file of open) this.#applyFile(file, file === open.at(-1) ? snapshot : null, aside);
    return open.map(({ name }) => name);
  }

  /** How the database differs from what the definition asks for; empty where it does not. */
  verify(): readonly string[] {
    return differences(this.#connection, this.#wanted);
  }

  close(): void {
    this.#connection.close();
  }

  #applyPlan(allowLoss: boolean): readonly string[] {
    return runInTransaction(this.#connection, "The database cannot be brought up to date", () => {
      const plan = this.plan();
      const obstacles = obstaclesIn(plan, this.#connection);
      if (obstacles.length > 0) throw new StoreOpenError(obstacles.join("; "));
      if (!allowLoss) assertNoLoss(plan);
      const aside = dropTriggers(this.#connection);
      for (const statement of plan.steps.flatMap((step) => step.statements))
        this.#connection.execute(statement);
      installTriggers(this.#connection, this.#tables, aside);
      this.#state.save(this.#wanted);
      return plan.steps.map(({ description }) => description);
    });
  }

  /** The first files for a database that had changed itself until now: it is where they end, or they cannot begin. */
  #adopt(files: readonly MigrationFile[], snapshot: Snapshot): readonly string[] {
    const { steps } = planMigration(this.#state.read(), snapshot);
    if (steps.length > 0) {
      const changes = steps.map(({ description }) => description).join("; ");
      throw new StoreOpenError(
        `The database was made without migration files, and is not where they end (${changes}): apply them to a new one`,
      );
    }
    runInTransaction(this.#connection, "The migrations cannot be recorded", () => {
      for (const file of files) this.#record(file);
    });
    return files.map(({ name }) => name);
  }

  /** `aside`: tables that have logged their changes until now. */
  #applyFile(file: MigrationFile, snapshot: Snapshot | null, aside: Set<string>): void {
    runInTransaction(this.#connection, file.name, () => {
      if (endsTransaction(file.sql))
        throw new StoreOpenError(
          "it is run in a transaction of its own; leave begin, commit and rollback out",
        );
      for (const table of dropTriggers(this.#connection)) aside.add(table);
      this.#connection.execute(file.sql);
      this.#record(file);
      if (snapshot === null) return;
      this.#state.save(snapshot);
      // The files may not have come to what the definition asks for; then the server will not start, and nothing is logged.
      if (planMigration(snapshot, this.#wanted).steps.length === 0)
        installTriggers(this.#connection, this.#tables, aside);
    });
  }

  #record({ name, checksum }: MigrationFile): void {
    this.#state.saveApplied({ name, checksum, appliedAt: new Date().toISOString() });
  }
}

/** Whether a file has a statement that would leave the half of it behind. Comments and texts may say what they like. */
function endsTransaction(sql: string): boolean {
  const bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"/g, " ");
  return /(?:^|;)\s*(?:begin|commit|rollback)\b/i.test(bare);
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
  const last = applied.at(-1)?.name ?? "";
  const late = files.find(({ name }) => name < last && !applied.some((each) => each.name === name));
  if (late !== undefined)
    throw new StoreOpenError(
      `${late.name} comes before ${last}, which was applied already; give it a later number`,
    );
}
