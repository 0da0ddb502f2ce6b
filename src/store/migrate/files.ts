import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreOpenError } from "../open-error.ts";
import { assertNoLoss, type MigrationPlan, planMigration } from "./plan.ts";
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
  const names = (await list(folder)).filter((name) => name.endsWith(".sql")).sort();
  assertNumbered(folder, names);
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
  const path = join(folder, snapshotFile);
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
  readonly allowLoss: boolean;
}): Promise<string | null> {
  const { folder, label, wanted, allowLoss } = options;
  const plan = planMigration(await readSnapshot(folder), wanted);
  if (plan.steps.length === 0) return null;
  if (plan.obstacles.length > 0)
    throw new StoreOpenError(plan.obstacles.map(({ message }) => message).join("; "));
  if (!allowLoss) assertNoLoss(plan);
  await mkdir(folder, { recursive: true });
  const last = (await readMigrations(folder)).at(-1)?.name.slice(0, 4) ?? "0";
  const number = String(Number(last) + 1).padStart(4, "0");
  const words = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  const path = join(folder, `${number}_${words === "" ? "migration" : words}.sql`);
  await writeFile(path, toSql(plan), { flag: "wx" });
  await writeFile(join(folder, snapshotFile), `${JSON.stringify(wanted, null, 2)}\n`);
  return path;
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
