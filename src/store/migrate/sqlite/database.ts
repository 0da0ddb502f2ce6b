import type { TableModel } from "../../../schema/table.ts";
import { StoreOpenError } from "../../open-error.ts";
import { dropTriggers, hasTriggers, installTriggers } from "../../sqlite/changes/triggers.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { openConnection } from "../../sqlite/open-connection.ts";
import type { MigrationDatabase, MigrationRecord, MigrationWriter } from "../database.ts";
import type { Dialect } from "../dialect.ts";
import type { MigrationFile } from "../files.ts";
import { type Allowances, planMigration } from "../plan.ts";
import type { Snapshot } from "../snapshot.ts";
import { endsTransaction } from "../statements.ts";
import { toSnapshot } from "../wanted.ts";
import { sqliteDialect } from "./dialect.ts";
import { followPlan } from "./follow.ts";
import { runInTransaction } from "./run.ts";
import { MigrationState } from "./state.ts";
import { differences } from "./verify.ts";

/** An SQLite file as migrations see it. Each change is one transaction, which is all the lock that is needed. */
export class SqliteMigrations implements MigrationDatabase, MigrationWriter {
  readonly dialect: Dialect = sqliteDialect;
  readonly #connection: Connection;
  readonly #state: MigrationState;
  readonly #tables: readonly TableModel[];
  /** Tables that have logged their changes until now. */
  readonly #aside = new Set<string>();

  constructor(location: string, tables: readonly TableModel[]) {
    this.#connection = openConnection(location);
    this.#state = new MigrationState(this.#connection);
    this.#tables = tables;
  }

  read(): MigrationRecord {
    return { snapshot: this.#state.read(), applied: this.#state.applied() };
  }

  finds(query: string): boolean {
    return this.#connection.get(query, []) !== undefined;
  }

  differences(wanted: Snapshot): readonly string[] {
    const found = differences(this.#connection, wanted);
    // They are made from the tables: where those differ, so do they.
    if (found.length > 0 || hasTriggers(this.#connection, this.#tables)) return found;
    return ["the triggers that log changes are missing, or are others"];
  }

  exclusively<T>(work: (writer: MigrationWriter) => T): T {
    return work(this);
  }

  close(): void {
    this.#connection.close();
  }

  follow(_wanted: Snapshot, allowed: Allowances): readonly string[] {
    return followPlan(this.#connection, this.#tables, allowed);
  }

  adopt(files: readonly MigrationFile[]): void {
    runInTransaction(this.#connection, "The migrations cannot be recorded", () => {
      for (const file of files) this.#record(file);
    });
  }

  apply(file: MigrationFile, snapshot: Snapshot | null): void {
    runInTransaction(this.#connection, file.name, () => {
      if (endsTransaction(file.sql))
        throw new StoreOpenError(
          "it is run in a transaction of its own; leave begin, commit and rollback out",
        );
      for (const table of dropTriggers(this.#connection)) this.#aside.add(table);
      this.#connection.execute(file.sql);
      this.#record(file);
      if (snapshot === null) return;
      this.#state.save(snapshot);
      // The files may not have come to what the definition asks for; then the server will not start, and nothing is logged.
      const wanted = toSnapshot(this.#tables, sqliteDialect);
      if (planMigration(snapshot, wanted, sqliteDialect).steps.length === 0)
        installTriggers(this.#connection, this.#tables, this.#aside);
    });
  }

  #record({ name, checksum }: MigrationFile): void {
    this.#state.saveApplied({ name, checksum, appliedAt: new Date().toISOString() });
  }
}
