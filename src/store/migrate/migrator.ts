import type { TableModel } from "../../schema/table.ts";
import { StoreOpenError } from "../open-error.ts";
import type { AppliedMigration, MigrationDatabase, MigrationRecord, MigrationWriter } from "./database.ts";
import { type MigrationFile, readMigrations, readSnapshot, writeMigration } from "./files.ts";
import { type Allowances, describePlan, type MigrationPlan, planMigration } from "./plan.ts";
import type { Snapshot } from "./snapshot.ts";
import { toSnapshot } from "./wanted.ts";

/** Where a migration stands. */
export interface MigrationStatus {
  readonly name: string;
  /** ISO 8601; null where it has not been applied to its end. */
  readonly appliedAt: string | null;
  /** Some of its steps have been applied, and it was interrupted or failed. */
  readonly isUnderWay: boolean;
}

/** Changes a database by hand: the opposite of doing so at start. For the command line. */
export class Migrator {
  readonly #database: MigrationDatabase;
  readonly #wanted: Snapshot;
  readonly #folder: string;

  constructor(options: {
    readonly database: MigrationDatabase;
    readonly tables: readonly TableModel[];
    readonly folder: string;
  }) {
    this.#database = options.database;
    this.#wanted = toSnapshot(options.tables, options.database.dialect);
    this.#folder = options.folder;
  }

  /** The way from the database as it is to what the definition asks for. */
  async plan(): Promise<MigrationPlan> {
    return planMigration((await this.#database.read()).snapshot, this.#wanted, this.#database.dialect);
  }

  /** What stands in the way of {@link plan}, with the rows that there are. */
  async obstacles(): Promise<readonly string[]> {
    const { obstacles } = await this.plan();
    return obstaclesAmong(obstacles, this.#database);
  }

  /** Writes the next migration file; null where nothing has changed. What it would lose or write anew must be allowed. */
  write(label: string, allowed: Allowances): Promise<string | null> {
    const { dialect } = this.#database;
    return writeMigration({ folder: this.#folder, label, wanted: this.#wanted, allowed, dialect });
  }

  async status(): Promise<readonly MigrationStatus[]> {
    const { applied } = await this.#database.read();
    const files = await readMigrations(this.#folder, this.#database.dialect.name);
    return files.map(({ name }) => {
      const known = applied.find((each) => each.name === name);
      return { name, appliedAt: known?.appliedAt ?? null, isUnderWay: known?.appliedAt === null };
    });
  }

  /**
   * Applies the files that have not been; where there are no files, what the definition asks for. Answers what was applied.
   * What a file loses was allowed when it was written.
   */
  async apply(allowed: Allowances): Promise<readonly string[]> {
    const files = await readMigrations(this.#folder, this.#database.dialect.name);
    return this.#database.exclusively(async (writer) => {
      if (files.length === 0) return writer.follow(this.#wanted, allowed);
      return this.#applyFiles(writer, files, await this.#database.read());
    });
  }

  /** How the database differs from what the definition asks for; empty where it does not. */
  async verify(): Promise<readonly string[]> {
    return this.#database.differences(this.#wanted);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  async #applyFiles(
    writer: MigrationWriter,
    files: readonly MigrationFile[],
    { snapshot, applied }: MigrationRecord,
  ): Promise<readonly string[]> {
    assertUnchanged(files, applied);
    const last = await readSnapshot(this.#folder, this.#database.dialect.name);
    if (applied.length === 0 && snapshot.tables.length > 0) return this.#adopt(writer, files, snapshot, last);
    const open = files.filter(({ name }) => !applied.some((each) => each.name === name && isDone(each)));
    for (const file of open) await writer.apply(file, file === open.at(-1) ? last : null);
    return open.map(({ name }) => name);
  }

  /** The first files for a database that had changed itself until now: it is where they end, or they cannot begin. */
  async #adopt(
    writer: MigrationWriter,
    files: readonly MigrationFile[],
    snapshot: Snapshot,
    last: Snapshot,
  ): Promise<readonly string[]> {
    const plan = planMigration(snapshot, last, this.#database.dialect);
    if (plan.steps.length > 0) {
      throw new StoreOpenError(
        `The database was made without migration files, and is not where they end (${describePlan(plan)}): apply them to a new one, or bring it there first, with --folder of an empty folder`,
      );
    }
    await writer.adopt(files);
    return files.map(({ name }) => name);
  }
}

/** What stands in the way of a plan in this very database: what concerns rows is none where there are no such rows. */
export async function obstaclesAmong(
  obstacles: MigrationPlan["obstacles"],
  database: Pick<MigrationDatabase, "finds">,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { rows, message } of obstacles) if (await database.finds(rows)) found.push(message);
  return found;
}

function isDone({ appliedAt }: AppliedMigration): boolean {
  return appliedAt !== null;
}

/** A file that was changed after it had been applied does not say any more what the database went through. */
function assertUnchanged(files: readonly MigrationFile[], applied: readonly AppliedMigration[]): void {
  for (const { name, checksum, appliedAt } of applied) {
    const file = files.find((each) => each.name === name);
    if (file === undefined)
      throw new StoreOpenError(`${name} was applied, and its file is not there any more; bring it back`);
    if (appliedAt !== null && file.checksum !== checksum) {
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
