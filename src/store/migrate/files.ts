import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type MigrationPlan, planMigration } from "./plan.ts";
import { emptySnapshot, type Snapshot } from "./snapshot.ts";

/** A migration as a file to review. */
export interface MigrationFile {
  /** `0001_create_users.sql` */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly checksum: string;
}

const snapshotFile = "snapshot.json";
const fileName = /^\d{4}_[a-z0-9_]+\.sql$/;

/** The migrations of a folder, in order; none where there is no such folder. */
export async function readMigrations(folder: string): Promise<readonly MigrationFile[]> {
  const names = (await list(folder)).filter((name) => fileName.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** The tables that there are after all migrations of a folder. */
export async function readSnapshot(folder: string): Promise<Snapshot> {
  if (!(await list(folder)).includes(snapshotFile)) return emptySnapshot;
  return JSON.parse(await readFile(join(folder, snapshotFile), "utf8")) as Snapshot;
}

/**
 * Writes the next migration of a folder: the way from its last one to what the definition asks for. Answers the file's path
 * and the plan; the path is null where nothing has changed or something must be decided first.
 */
export async function writeMigration(
  folder: string,
  label: string,
  wanted: Snapshot,
): Promise<{ readonly path: string | null; readonly plan: MigrationPlan }> {
  const plan = planMigration(await readSnapshot(folder), wanted);
  if (plan.steps.length === 0 || plan.obstacles.length > 0) return { path: null, plan };
  await mkdir(folder, { recursive: true });
  const number = String((await readMigrations(folder)).length + 1).padStart(4, "0");
  const words = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  const path = join(folder, `${number}_${words === "" ? "migration" : words}.sql`);
  await writeFile(path, toSql(plan), { flag: "wx" });
  await writeFile(join(folder, snapshotFile), `${JSON.stringify(wanted, null, 2)}\n`);
  return { path, plan };
}

/** A plan as SQL to review: each step with what it does, and a warning where something is lost. */
export function toSql({ steps }: MigrationPlan): string {
  return steps
    .map(({ description, statements, loses }) => {
      const warning = loses === null ? "" : `-- LOSES ${loses}\n`;
      return `-- ${description}\n${warning}${statements.map((statement) => `${statement};\n`).join("")}`;
    })
    .join("\n");
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return [];
    throw thrown;
  }
}
