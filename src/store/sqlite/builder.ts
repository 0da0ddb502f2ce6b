import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";

/** Tables whose columns only the definition knows. */
export type AnyTables = Record<string, Record<string, unknown>>;

/** Builds SQL for SQLite. It has no connection: what it compiles is prepared and run by ours. */
export const builder: Kysely<AnyTables> = new Kysely<AnyTables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});
