import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreOpenError } from "../open-error.ts";
import type { Dialect } from "./dialect.ts";
import { fileText } from "./file-text.ts";
import { type Allowances, assertAllowed, planMigration } from "./plan.ts";
import { type DialectName, emptySnapshot, type Snapshot } from "./snapshot.ts";

/** A migration as a file to review. */
export interface MigrationFile {
  /** `0001_create_users.sql` */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly checksum: string;
}

/** The tables after the last file, which the next one begins with. */
const snapshotFiles: Readonly<Record<DialectName, string>> = {
  sqlite: "snapshot.json",
  postgres: "snapshot.postgres.json",
};
const fileName = /^\d{4}_[a-z0-9_]+\.sql$/;
const header = /^-- fourfold: (\w+)\s*$/m;

/**
 * The migrations of a folder for one of the databases, in order; none where there is no such folder. Files without a header
 * are for SQLite: they were there before there was another database.
 */
export async function readMigrations(
  folder: string,
  dialect: DialectName,
): Promise<readonly MigrationFile[]> {
  const files = await readAll(folder);
  const hasOthers = (await list(folder)).includes(snapshotFiles.sqlite);
  return files.filter(({ name, sql }) => {
    const stated = header.exec(sql)?.[1];
    if (stated === undefined && dialect !== "sqlite" && !hasOthers) {
      throw new StoreOpenError(
        `${join(folder, name)} does not say which database it is for; begin it with "-- fourfold: ${dialect}"`,
      );
    }
    return (stated ?? "sqlite") === dialect;
  });
}

/** The tables that there are after all migrations of a folder. */
export async function readSnapshot(folder: string, dialect: DialectName): Promise<Snapshot> {
  if (!(await list(folder)).includes(snapshotFiles[dialect])) return emptySnapshot;
  const path = join(folder, snapshotFiles[dialect]);
  try {
    return JSON.parse(await readFile(path, "utf8")) as Snapshot;
  } catch (thrown) {
    throw new StoreOpenError(`${path} cannot be read: bring back the one of the last migration`, {
      cause: thrown,
    });
  }
}

/**
 * Writes the next migration of a folder: the way from its last one to what the definition asks for. Answers the file's
 * path, null where nothing has changed. Files are for databases with rows: what might stand in the way of those does.
 */
export async function writeMigration(options: {
  readonly folder: string;
  readonly label: string;
  readonly wanted: Snapshot;
  readonly allowed: Allowances;
  readonly dialect: Dialect;
}): Promise<string | null> {
  const { folder, label, wanted, allowed, dialect } = options;
  const plan = planMigration(await readSnapshot(folder, dialect.name), wanted, dialect);
  if (plan.steps.length === 0) return null;
  if (plan.obstacles.length > 0)
    throw new StoreOpenError(plan.obstacles.map(({ message }) => message).join("; "));
  assertAllowed(plan, allowed);
  await mkdir(folder, { recursive: true });
  const last = (await readAll(folder)).at(-1)?.name.slice(0, 4) ?? "0";
  const number = String(Number(last) + 1).padStart(4, "0");
  const words = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  const path = join(folder, `${number}_${words === "" ? "migration" : words}.sql`);
  await writeFile(path, fileText(plan, dialect.name), { flag: "wx" });
  await writeFile(join(folder, snapshotFiles[dialect.name]), `${JSON.stringify(wanted, null, 2)}\n`);
  return path;
}

async function readAll(folder: string): Promise<readonly MigrationFile[]> {
  const names = (await list(folder)).filter((name) => name.endsWith(".sql")).sort();
  assertNumbered(folder, names);
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), "utf8");
      return { name, sql, checksum: checksumOf(sql) };
    }),
  );
}

/** SHA-256 in hexadecimal. */
export function checksumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A file that is passed over, or one of two that come at the same time, is a surprise for later. */
function assertNumbered(folder: string, names: readonly string[]): void {
  const other = names.find((name) => !fileName.test(name));
  if (other !== undefined)
    throw new StoreOpenError(`${join(folder, other)} is not named like 0001_what_it_does.sql`);
  const twin = names.find((name, index) => names[index + 1]?.slice(0, 4) === name.slice(0, 4));
  if (twin !== undefined)
    throw new StoreOpenError(
      `${join(folder, twin)} shares its number with another file; give it a later one`,
    );
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return [];
    throw thrown;
  }
}
