import { Option } from "commander";
import type { ServeOptions } from "../server/options.ts";
import { withoutPassword } from "../store/postgres/pool/without-password.ts";
import { splitList } from "./split-list.ts";

/** The options of the database. `usual` is where rows are kept if nobody says otherwise. */
export function databaseOptions(usual: string, migrate: ServeOptions["migrate"]): readonly Option[] {
  return [
    new Option(
      "--database <url>",
      "sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE?pool_max=10 (docs/postgresql.md)",
    )
      .env("DATABASE_URL")
      .default(usual, withoutPassword(usual)),
    new Option("--database-replicas <url...>", "PostgreSQL's replicas to read from").env(
      "DATABASE_REPLICA_URLS",
    ),
    new Option("--database-direct <url>", "PostgreSQL itself, where --database leads to a PgBouncer").env(
      "DATABASE_DIRECT_URL",
    ),
    new Option("--migrate <when>", "change the database's tables at start, never with a loss")
      .choices(["auto", "never"])
      .env("MIGRATE")
      .default(migrate ?? "auto"),
  ];
}

interface ParsedDatabase {
  readonly database: string;
  readonly databaseReplicas?: string | readonly string[];
  readonly databaseDirect?: string;
  readonly migrate: "auto" | "never";
}

/** What the command line and the environment say. */
export function readDatabase({
  database,
  databaseReplicas: replicas,
  databaseDirect: direct,
  migrate,
}: ParsedDatabase): Pick<ServeOptions, "database" | "databaseReplicas" | "databaseDirect" | "migrate"> {
  return {
    database,
    migrate,
    ...(replicas === undefined ? {} : { databaseReplicas: splitList(replicas) }),
    ...(direct === undefined ? {} : { databaseDirect: direct }),
  };
}
