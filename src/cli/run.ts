import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Api } from "../define/api.ts";
import { logLevel } from "../observe/log-level.ts";
import type { ServeOptions } from "../server/options.ts";
import { serve } from "../server/serve.ts";
import type { Server } from "../server/server.ts";
import { StartError } from "../server/start-error.ts";
import { takeWorkerStart } from "../server/workers/worker-start.ts";
import { withoutPassword } from "../store/postgres/pool/without-password.ts";
import { greeting } from "./greeting.ts";
import { isOnlyLoaded } from "./own-run.ts";
import { proxyOptions, readProxies } from "./proxy-options.ts";
import type { RunOptions } from "./run-options.ts";
import { splitList } from "./split-list.ts";
import { tell } from "./tell.ts";
import { readTls, tlsOptions } from "./tls-options.ts";

/**
 * Serves an API as a program: reads the command line and the environment, says where things are, and stops when it is told
 * to: at SIGTERM or SIGINT it drains, at a second one it ends at once. What stands in the way of a start is one line on
 * standard error, and exit code 1; a wrong command line is exit code 2.
 */
export async function run(
  api: Api,
  options: RunOptions = {},
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  if (isOnlyLoaded({ api, options })) return;
  const start = takeWorkerStart(process.env);
  const read = (): RunSettings => readOptions(api, options, argv, process.env);
  try {
    if (start !== null) {
      const { runWorker } = await import("./run-worker.ts");
      await runWorker({ api, readOptions: read, start, greet: options.greet });
      return;
    }
    const settings = read();
    if (settings.workers > 1) {
      const { runWorkers } = await import("./run-workers.ts");
      await runWorkers(settings.workers, settings);
      return;
    }
    const server = await serve(api, settings);
    stopOnSignals(server);
    if (settings.tls !== undefined) process.on("SIGHUP", () => void server.reloadTls());
    process.stderr.write(await greeting(api, server, options.greet));
  } catch (thrown) {
    process.exitCode = tell(thrown);
  }
}

/** What the command line, the environment and the program come to. */
export interface RunSettings extends ServeOptions {
  readonly workers: number;
}

/** What the command line says, then the environment, then the program. */
export function readOptions(
  api: Api,
  options: RunOptions,
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): RunSettings {
  const usualDatabase = options.database ?? `sqlite:data/${api.name}.sqlite`;
  const usual = (options.listen ?? [":8000"]).join(",");
  const command = new Command(api.name)
    .description(api.options.description ?? `Serves the API "${api.name}".`)
    .addOption(
      new Option(
        "--listen <address...>",
        "where to listen: HOST:PORT, :PORT, [IPV6]:PORT or unix:PATH; repeatable; http:// in front: no TLS",
      )
        .env("LISTEN")
        .default(usual.split(","), usual),
    )
    .addOption(
      new Option(
        "--database <url>",
        "sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE?pool_max=10 (docs/postgresql.md)",
      )
        .env("DATABASE_URL")
        .default(usualDatabase, withoutPassword(usualDatabase)),
    )
    .addOption(
      new Option("--database-replicas <url...>", "PostgreSQL's replicas to read from").env(
        "DATABASE_REPLICA_URLS",
      ),
    )
    .addOption(
      new Option("--database-direct <url>", "PostgreSQL itself, where --database leads to a PgBouncer").env(
        "DATABASE_DIRECT_URL",
      ),
    )
    .addOption(
      new Option("--nats <url...>", "servers of NATS, over which nodes tell each other what happens").env(
        "NATS_URL",
      ),
    )
    .addOption(
      new Option("--nats-subject <subject>", "the subject that all nodes of one deployment share").env(
        "NATS_SUBJECT",
      ),
    )
    .addOption(
      new Option("--nats-credentials <path>", "a credentials file of NATS: a user's JWT and NKey seed").env(
        "NATS_CREDENTIALS",
      ),
    )
    .addOption(
      new Option("--nats-nkey <path>", "a file with the seed of NATS's NKey, in place of them").env(
        "NATS_NKEY",
      ),
    )
    .addOption(
      new Option("--migrate <when>", "change the database's tables at start, never with a loss")
        .choices(["auto", "never"])
        .env("MIGRATE")
        .default(options.migrate ?? "auto"),
    )
    .addOption(
      new Option(
        "--log-level <level>",
        "debug, info, warn, error or silent (info; debug where NODE_ENV is development)",
      ).env("LOG_LEVEL"),
    )
    .addOption(
      new Option("--cors <origin...>", "origins whose pages may call; * for all").env("CORS_ORIGINS"),
    )
    .addOption(
      new Option("--drain-timeout <ms>", "how long requests in flight may take to end at a stop")
        .env("DRAIN_TIMEOUT")
        .default(10_000)
        .argParser(milliseconds),
    )
    .addOption(
      new Option(
        "--workers <count>",
        "processes that serve at the same addresses, or auto: one for each core",
      )
        .env("WORKERS")
        .default(toWorkers(String(options.workers ?? 1)), String(options.workers ?? 1))
        .argParser(toWorkers),
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const option of [...tlsOptions(), ...proxyOptions()]) command.addOption(option);
  command.parse([...argv], { from: "user" });
  const tls = readTls(command.opts(), environment, options.tls);
  return {
    ...options,
    ...toServeOptions(command.opts(), environment),
    ...readProxies(command.opts(), options),
    ...(tls === undefined ? {} : { tls }),
  };
}

interface Parsed {
  readonly listen: string | readonly string[];
  readonly database: string;
  readonly databaseReplicas?: string | readonly string[];
  readonly databaseDirect?: string;
  readonly nats?: string | readonly string[];
  readonly natsSubject?: string;
  readonly natsCredentials?: string;
  readonly natsNkey?: string;
  readonly migrate: "auto" | "never";
  readonly logLevel?: string;
  readonly cors?: string | readonly string[];
  readonly drainTimeout: number;
  readonly workers: number;
}

function toServeOptions(
  parsed: Parsed,
  environment: Readonly<Record<string, string | undefined>>,
): RunSettings {
  const origins = parsed.cors === undefined ? null : splitList(parsed.cors);
  return {
    listen: splitList(parsed.listen),
    database: parsed.database,
    ...(parsed.databaseReplicas === undefined
      ? {}
      : { databaseReplicas: splitList(parsed.databaseReplicas) }),
    ...(parsed.databaseDirect === undefined ? {} : { databaseDirect: parsed.databaseDirect }),
    ...readNats(parsed),
    migrate: parsed.migrate,
    logLevel: readLogLevel({
      ...environment,
      ...(parsed.logLevel === undefined ? {} : { LOG_LEVEL: parsed.logLevel }),
    }),
    drainTimeout: parsed.drainTimeout,
    workers: parsed.workers,
    ...(origins === null ? {} : { cors: { origins: origins.includes("*") ? "*" : origins } }),
  };
}

function readNats(parsed: Parsed): Pick<ServeOptions, "nats"> {
  const { nats, natsSubject: subject, natsCredentials: credentials, natsNkey: nkey } = parsed;
  if (nats === undefined) return {};
  return {
    nats: {
      servers: splitList(nats),
      ...(subject === undefined ? {} : { subject }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(nkey === undefined ? {} : { nkey }),
    },
  };
}

function readLogLevel(
  environment: Readonly<Record<string, string | undefined>>,
): NonNullable<ServeOptions["logLevel"]> {
  try {
    return logLevel(environment);
  } catch (thrown) {
    throw new StartError(thrown instanceof Error ? thrown.message : "LOG_LEVEL is not understood");
  }
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 3_600_000))
    throw new InvalidArgumentError("Write a number of milliseconds from 0 to 3600000.");
  return value;
}

function toWorkers(text: string): number {
  const value = text === "auto" ? availableParallelism() : Number(text);
  if (!/^(auto|\d{1,4})$/.test(text) || value < 1 || value > 1_024)
    throw new InvalidArgumentError("Write a number of processes from 1 to 1024, or auto.");
  return value;
}

function stopOnSignals(server: Server): void {
  let stopping = false;
  const stop = (): void => {
    const how = stopping ? "now" : "drain";
    stopping = true;
    server.close(how).then(
      () => process.exit(how === "now" ? 1 : 0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
