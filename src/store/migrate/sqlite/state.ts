import type { Connection } from "../../sqlite/connection.ts";
import type { AppliedMigration } from "../database.ts";
import { emptySnapshot, type Snapshot } from "../snapshot.ts";

const tables = `
create table if not exists "fourfold_schema" ("id" integer primary key check ("id" = 1), "snapshot" text not null) strict;
create table if not exists "fourfold_migrations" (
  "name" text primary key,
  "checksum" text not null,
  "applied_at" text not null
) strict, without rowid;
`;

/** What a database says of its own state. */
export class MigrationState {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.execute(tables);
  }

  /** The tables that it has, as they were when they were last changed. */
  read(): Snapshot {
    const row = this.#connection.get(`select "snapshot" from "fourfold_schema" where "id" = 1`, []);
    return row === undefined ? emptySnapshot : (JSON.parse(String(row["snapshot"])) as Snapshot);
  }

  save(snapshot: Snapshot): void {
    const sql = `insert into "fourfold_schema" ("id", "snapshot") values (1, ?) on conflict ("id") do update set "snapshot" = excluded."snapshot"`;
    this.#connection.run(sql, [JSON.stringify(snapshot)]);
  }

  applied(): readonly AppliedMigration[] {
    const rows = this.#connection.all(
      `select "name", "checksum", "applied_at" from "fourfold_migrations" order by "name"`,
      [],
    );
    return rows.map((row) => ({
      name: String(row["name"]),
      checksum: String(row["checksum"]),
      appliedAt: String(row["applied_at"]),
    }));
  }

  saveApplied({ name, checksum, appliedAt }: AppliedMigration): void {
    this.#connection.run(
      `insert into "fourfold_migrations" ("name", "checksum", "applied_at") values (?, ?, ?)`,
      [name, checksum, appliedAt],
    );
  }
}
