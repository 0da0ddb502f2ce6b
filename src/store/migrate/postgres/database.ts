import type { TableModel } from "../../../schema/table.ts";
import { StoreOpenError } from "../../open-error.ts";
import type { MigrationDatabase, MigrationRecord, MigrationWriter } from "../database.ts";
import type { Dialect } from "../dialect.ts";
import type { MigrationFile } from "../files.ts";
import { type Allowances, planMigration } from "../plan.ts";
import type { Snapshot } from "../snapshot.ts";
import { toSnapshot } from "../wanted.ts";
import { applyFile } from "./apply-file.ts";
import { postgresDialect } from "./dialect.ts";
import { followPlan } from "./follow.ts";
import { installLog, logDifferences } from "./log.ts";
import { defaultPatience, type Patience } from "./patience.ts";
import { refusing } from "./refusals.ts";
import { finds, type NamedUrl, openSession, type Session } from "./session.ts";
import { makeOwnTables, readRecord, saveProgress } from "./state.ts";
import { inTurn } from "./turn.ts";
import { differences } from "./verify.ts";

/** Opens a PostgreSQL database for migrations, over one connection. Throws a StoreOpenError of one line. */
export async function openPostgresMigrations(
  url: NamedUrl,
  tables: readonly TableModel[],
  patience: Partial<Patience> = {},
): Promise<MigrationDatabase> {
  return new PostgresMigrations(await openSession(url), tables, { ...defaultPatience, ...patience });
}

/** A PostgreSQL database as migrations see it. */
export class PostgresMigrations implements MigrationDatabase, MigrationWriter {
  readonly dialect: Dialect = postgresDialect;
  readonly #session: Session;
  readonly #tables: readonly TableModel[];
  readonly #patience: Patience;

  constructor(session: Session, tables: readonly TableModel[], patience: Patience) {
    this.#session = session;
    this.#tables = tables;
    this.#patience = patience;
  }

  read(): Promise<MigrationRecord> {
    return refusing(() => readRecord(this.#session));
  }

  finds(query: string): Promise<boolean> {
    return finds(this.#session, query);
  }

  differences(wanted: Snapshot): Promise<readonly string[]> {
    return refusing(async () => [
      ...(await differences(this.#session, wanted)),
      ...(await logDifferences(this.#session, this.#tables)),
    ]);
  }

  exclusively<T>(work: (writer: MigrationWriter) => Promise<T>): Promise<T> {
    const make = async (): Promise<T> => {
      await makeOwnTables(this.#session);
      const value = await work(this);
      await this.#logChanges();
      return value;
    };
    return refusing(() => inTurn(this.#session, this.#patience, make));
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async follow(wanted: Snapshot, allowed: Allowances): Promise<readonly string[]> {
    try {
      return await followPlan(this.#session, wanted, allowed, this.#patience);
    } catch (thrown) {
      if (!(thrown instanceof StoreOpenError)) throw thrown;
      throw new StoreOpenError(`The database cannot be brought up to date: ${thrown.message}`, {
        cause: thrown,
      });
    }
  }

  /** The files may not have come to what the definition asks for; then the server will not start, and nothing is logged. */
  async #logChanges(): Promise<void> {
    const { snapshot } = await readRecord(this.#session);
    const wanted = toSnapshot(this.#tables, postgresDialect);
    if (planMigration(snapshot, wanted, postgresDialect).steps.length === 0)
      await installLog(this.#session, this.#tables, this.#patience);
  }

  apply(file: MigrationFile, snapshot: Snapshot | null): Promise<void> {
    return applyFile(this.#session, file, snapshot, this.#patience);
  }

  async adopt(files: readonly MigrationFile[]): Promise<void> {
    await this.#session.query("begin");
    for (const { name, checksum } of files)
      await saveProgress(this.#session, { name, checksum, parts: 0, isDone: true });
    await this.#session.query("commit");
  }
}
