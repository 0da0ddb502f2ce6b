import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { compileApi } from "../plan/compile.ts";
import { loggedTables } from "../plan/logged-tables.ts";
import type { TableModel } from "../schema/table.ts";
import { isPostgres, sqliteLocation } from "../server/open-store.ts";
import { StartError } from "../server/start-error.ts";
import type { MigrationDatabase } from "../store/migrate/database.ts";
import type { Migrator } from "../store/migrate/migrator.ts";
import type { Allowances } from "../store/migrate/plan.ts";
import { loadApi } from "./load-api.ts";

interface Flags {
  readonly database?: string;
  readonly databaseDirect?: string;
  readonly folder: string;
  readonly name?: string;
  readonly allowLoss?: boolean;
  readonly allowRewrite?: boolean;
  readonly lockTimeout?: number;
  readonly giveUpAfter?: number;
}

/** What a command answers: the lines to print, and the exit code. */
interface Outcome {
  readonly lines: readonly string[];
  readonly code: number;
}

interface MigrateCommand {
  readonly name: string;
  readonly description: string;
  /** A database that is not there yet is made; other commands only look, and take it for an empty one. */
  readonly makesDatabase: boolean;
  readonly run: (migrator: Migrator, flags: Flags) => Promise<Outcome>;
}

const commands: readonly MigrateCommand[] = [
  {
    name: "plan",
    description: "tell how the database would get to what the definition asks for",
    makesDatabase: false,
    run: plan,
  },
  {
    name: "write",
    description: "write the next migration file",
    makesDatabase: false,
    run: async (migrator, flags) => {
      const path = await migrator.write(flags.name ?? "migration", allowed(flags));
      const none = `Nothing has changed since the last file in ${flags.folder}`;
      return done(path === null ? none : `Wrote ${path}`);
    },
  },
  {
    name: "apply",
    description: "apply the files that have not been; without files, what the definition asks for",
    makesDatabase: true,
    run: async (migrator, flags) => {
      const applied = await migrator.apply(allowed(flags));
      return applied.length === 0
        ? done("There is nothing to apply")
        : done(...applied.map((each) => `Applied: ${each}`));
    },
  },
  {
    name: "status",
    description:
      "list the files and when each was applied; without files, whether there is anything to apply",
    makesDatabase: false,
    run: status,
  },
  {
    name: "verify",
    description: "compare the database's tables with the definition; exit code 1 where they differ",
    makesDatabase: false,
    run: async (migrator) => {
      const differences = await migrator.verify();
      if (differences.length > 0) return { lines: differences, code: 1 };
      return done("The database is what the definition asks for");
    },
  },
];

/** Adds `fourfold migrate`. */
export function addMigrate(program: Command): void {
  const migrate = program.command("migrate").description("derive, review and apply migrations");
  for (const command of commands) {
    const added = migrate
      .command(command.name)
      .description(command.description)
      .argument("<module>", "a file whose default export is made by api(...)")
      .action((module: string, flags: Flags) => runCommand(command, module, flags));
    for (const option of options()) added.addOption(option);
  }
}

function options(): readonly Option[] {
  return [
    new Option(
      "--database <url>",
      "sqlite:PATH or postgres://...; sqlite:data/NAME.sqlite where it is not stated",
    ).env("DATABASE_URL"),
    new Option(
      "--database-direct <url>",
      "PostgreSQL itself, where the database's URL leads to a PgBouncer",
    ).env("DATABASE_DIRECT_URL"),
    new Option("--folder <dir>", "where the files are").default("migrations"),
    new Option("--name <words>", "what the file to write does"),
    new Option("--allow-loss", "drop what the definition no longer has"),
    new Option("--allow-rewrite", "write tables anew, which can be neither read nor written meanwhile"),
    new Option(
      "--lock-timeout <ms>",
      "PostgreSQL: how long a statement may wait for a lock, and others behind it; 500",
    ).argParser(milliseconds),
    new Option(
      "--give-up-after <ms>",
      "PostgreSQL: how long to try for a lock, and to wait for another process that migrates; 600000",
    ).argParser(milliseconds),
  ];
}

function milliseconds(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("a whole number of milliseconds");
  return Number(text);
}

function allowed({ allowLoss, allowRewrite }: Flags): Allowances {
  return { loss: allowLoss === true, rewrite: allowRewrite === true };
}

async function runCommand(command: MigrateCommand, module: string, flags: Flags): Promise<void> {
  const plan = compileApi(await loadApi(module));
  const { api, tables } = plan;
  if (tables.length === 0) throw new StartError(`"${api.name}" keeps nothing in a database`);
  const url = flags.database ?? `sqlite:data/${api.name}.sqlite`;
  const database = isPostgres(url)
    ? await openPostgres(url, loggedTables(plan), flags)
    : await openSqlite(sqliteLocation(url), tables, command.makesDatabase);
  // Read only when it is asked for: the other commands start without a store.
  const { Migrator } = await import("../store/migrate/migrator.ts");
  const migrator = new Migrator({ database, tables, folder: flags.folder });
  try {
    const { lines, code } = await command.run(migrator, flags);
    process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    if (code !== 0) process.exitCode = code;
  } finally {
    await migrator.close();
  }
}

async function openSqlite(
  location: string,
  tables: readonly TableModel[],
  makes: boolean,
): Promise<MigrationDatabase> {
  if (makes && location !== ":memory:") await mkdir(dirname(location), { recursive: true });
  const { SqliteMigrations } = await import("../store/migrate/sqlite/database.ts");
  return new SqliteMigrations(makes || existsSync(location) ? location : ":memory:", tables);
}

async function openPostgres(
  url: string,
  tables: readonly TableModel[],
  { databaseDirect, lockTimeout, giveUpAfter }: Flags,
): Promise<MigrationDatabase> {
  const { openPostgresMigrations } = await import("../store/migrate/postgres/database.ts");
  const { directUrl } = await import("../store/migrate/postgres/session.ts");
  return openPostgresMigrations(directUrl(url, databaseDirect), tables, {
    ...(lockTimeout === undefined ? {} : { lockTimeout }),
    ...(giveUpAfter === undefined ? {} : { giveUpAfter, turnTimeout: giveUpAfter }),
  });
}

async function status(migrator: Migrator, { folder }: Flags): Promise<Outcome> {
  const files = await migrator.status();
  if (files.length === 0) {
    const { steps } = await migrator.plan();
    const state =
      steps.length === 0
        ? "the database is what the definition asks for"
        : `${steps.length} ${steps.length === 1 ? "step is" : "steps are"} to be done, which plan tells and apply does`;
    return done(`There are no files in ${folder}; ${state}`);
  }
  return done(
    ...files.map(({ name, appliedAt, isUnderWay }) => {
      return `${name}: ${appliedAt ?? (isUnderWay ? "applied in part; apply goes on with it" : "not applied")}`;
    }),
  );
}

async function plan(migrator: Migrator): Promise<Outcome> {
  const { steps } = await migrator.plan();
  if (steps.length === 0) return done("The database is what the definition asks for");
  const { notesOf } = await import("../store/migrate/file-text.ts");
  const lines = steps.flatMap((step) => {
    const { description, loses } = step;
    const first = loses === null ? description : `${description} (loses ${loses})`;
    return [first, ...notesOf({ ...step, loses: null }).map((note) => `  ${note}`)];
  });
  const obstacles = await migrator.obstacles();
  return done(...lines, ...obstacles.map((each) => `Not possible yet: ${each}`));
}

function done(...lines: readonly string[]): Outcome {
  return { lines, code: 0 };
}
