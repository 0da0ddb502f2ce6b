import { availableParallelism } from "node:os";
import { InvalidArgumentError, Option } from "commander";
import { logLevel } from "../observe/log-level.ts";
import type { ServeOptions } from "../server/options.ts";
import { StartError } from "../server/start-error.ts";
import { splitList } from "./split-list.ts";

/** The options of the process: where it listens, what it tells, and how it ends. */
export function processOptions(listen: readonly string[], workers: number | "auto"): readonly Option[] {
  return [
    new Option(
      "--listen <address...>",
      "where to listen: HOST:PORT, :PORT, [IPV6]:PORT or unix:PATH; repeatable; http:// in front: no TLS",
    )
      .env("LISTEN")
      .default([...listen], listen.join(",")),
    new Option(
      "--log-level <level>",
      "debug, info, warn, error or silent (info; debug where NODE_ENV is development)",
    ).env("LOG_LEVEL"),
    new Option("--cors <origin...>", "origins whose pages may call; * for all").env("CORS_ORIGINS"),
    new Option("--drain-timeout <ms>", "how long requests in flight may take to end at a stop")
      .env("DRAIN_TIMEOUT")
      .default(10_000)
      .argParser(milliseconds),
    new Option("--workers <count>", "processes that serve at the same addresses, or auto: one for each core")
      .env("WORKERS")
      .default(toWorkers(String(workers)), String(workers))
      .argParser(toWorkers),
  ];
}

interface ParsedProcess {
  readonly listen: string | readonly string[];
  readonly logLevel?: string;
  readonly cors?: string | readonly string[];
  readonly drainTimeout: number;
  readonly workers: number;
}

/** What the command line and the environment say. Throws a StartError. */
export function readProcess(
  { listen, logLevel: level, cors, drainTimeout, workers }: ParsedProcess,
  environment: Readonly<Record<string, string | undefined>>,
): Pick<ServeOptions, "listen" | "logLevel" | "drainTimeout" | "cors"> & { readonly workers: number } {
  const origins = cors === undefined ? null : splitList(cors);
  return {
    listen: splitList(listen),
    logLevel: readLogLevel({ ...environment, ...(level === undefined ? {} : { LOG_LEVEL: level }) }),
    drainTimeout,
    workers,
    ...(origins === null ? {} : { cors: { origins: origins.includes("*") ? "*" : origins } }),
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
