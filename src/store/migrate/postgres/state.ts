import type { AppliedMigration, MigrationRecord } from "../database.ts";
import { emptySnapshot, type Snapshot } from "../snapshot.ts";
import type { Session } from "./session.ts";

/** What every database of ours has beside the definition's tables. */
const ownTables = `
create table if not exists "fourfold_schema" ("id" integer primary key check ("id" = 1), "snapshot" jsonb not null);
create table if not exists "fourfold_migrations" (
  "name" text primary key,
  "checksum" text not null,
  "parts" integer not null,
  "applied_at" timestamptz
);
create table if not exists "fourfold_replies" (
  "key" text primary key,
  "fingerprint" text not null,
  "saved_at" bigint not null,
  "answer" text not null
);
create index if not exists "fourfold_replies.saved_at" on "fourfold_replies" ("saved_at");
`;

/** How far a migration has come. */
export interface MigrationProgress extends AppliedMigration {
  /** Parts of its file that have been applied. */
  readonly parts: number;
}

/** The state of a database, and the files that it has been through, whether to their end or not. */
export interface PostgresRecord extends MigrationRecord {
  readonly applied: readonly MigrationProgress[];
  /** Whether {@link makeOwnTables} has been here. */
  readonly isPrepared: boolean;
}

/** Only under the lock: PostgreSQL does not keep two that make the same table at once apart. */
export async function makeOwnTables(session: Session): Promise<void> {
  await session.query(ownTables);
}

/** What a database says of its own state. Changes nothing. */
export async function readRecord(session: Session): Promise<PostgresRecord> {
  const { rows } = await session.query(
    `select to_regclass('fourfold_schema') is not null and to_regclass('fourfold_migrations') is not null
      and to_regclass('fourfold_replies') is not null as "isPrepared"`,
  );
  if (rows[0]?.["isPrepared"] !== true) return { snapshot: emptySnapshot, applied: [], isPrepared: false };
  const found = await session.query(
    `select "snapshot"::text as "snapshot" from "fourfold_schema" where "id" = 1`,
  );
  const text = found.rows[0]?.["snapshot"];
  const snapshot = text === undefined ? emptySnapshot : (JSON.parse(String(text)) as Snapshot);
  return { snapshot, applied: await readApplied(session), isPrepared: true };
}

async function readApplied(session: Session): Promise<readonly MigrationProgress[]> {
  const { rows } = await session.query(
    `select "name", "checksum", "parts",
      to_char("applied_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "appliedAt"
      from "fourfold_migrations" order by "name"`,
  );
  return rows.map((row) => ({
    name: String(row["name"]),
    checksum: String(row["checksum"]),
    parts: Number(row["parts"]),
    appliedAt: row["appliedAt"] === null ? null : String(row["appliedAt"]),
  }));
}

export async function saveSnapshot(session: Session, snapshot: Snapshot): Promise<void> {
  await session.query(
    `insert into "fourfold_schema" ("id", "snapshot") values (1, $1::jsonb) on conflict ("id") do update set "snapshot" = excluded."snapshot"`,
    [JSON.stringify(snapshot)],
  );
}

/** `isDone`: it has come to its end. */
export async function saveProgress(
  session: Session,
  {
    name,
    checksum,
    parts,
    isDone,
  }: Pick<MigrationProgress, "name" | "checksum" | "parts"> & { isDone: boolean },
): Promise<void> {
  await session.query(
    `insert into "fourfold_migrations" ("name", "checksum", "parts", "applied_at")
      values ($1, $2, $3, case when $4::boolean then now() end)
      on conflict ("name") do update set "checksum" = excluded."checksum", "parts" = excluded."parts",
        "applied_at" = excluded."applied_at"`,
    [name, checksum, parts, isDone],
  );
}
