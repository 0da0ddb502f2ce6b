import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { loadCore } from "../machine/server-process.ts";
import type { Load } from "./load.ts";

const run = promisify(execFile);

/** What h2load shall do: on each connection as many requests at a time as there are streams. */
export interface H2loadOptions {
  /** With the path. */
  readonly url: string;
  readonly connections: number;
  readonly streams: number;
  /** When to stop: after a time, or after so many requests. */
  readonly until: { readonly seconds: number } | { readonly requests: number };
  /** h2load takes the protocol from here: there is no ALPN without TLS. */
  readonly http: "1.1" | "2";
  /** File that is POSTed; GET without. */
  readonly content?: string;
  /** Lines `name: value`. */
  readonly fields?: readonly string[];
  /** File that gets a line for each request: when it began, its status, and the microseconds that it took. */
  readonly log?: string;
}

/** What h2load has made a server do. */
export interface H2loadResult extends Load {
  /** Bytes of content that have come, also of answers that the end has cut off. */
  readonly contentBytes: number;
}

/** Loads a server with h2load of nghttp2 (closed loop). Throws when a request is not answered by 2xx. */
export async function h2load(options: H2loadOptions): Promise<H2loadResult> {
  const { stdout } = await run("taskset", ["--cpu-list", loadCore, "h2load", ...toArguments(options)]);
  const [, time = "", unit = ""] = /^finished in ([\d.]+)(s|ms|us),/m.exec(stdout) ?? [];
  const [, succeeded = "", failed = ""] = / done, (\d+) succeeded, (\d+) failed/.exec(stdout) ?? [];
  const [, content = ""] = /^traffic: .* headers .* \((\d+)\) data$/m.exec(stdout) ?? [];
  const seconds = Number(time) / (perSecond.get(unit) ?? Number.NaN);
  const [units, contentBytes] = [Number(succeeded), Number(content)];
  // Long answers may all have been cut off by the end.
  if (!(units + contentBytes > 0 && failed === "0" && seconds > 0))
    throw new Error(`h2load at ${options.url}: ${stdout}`);
  return { units, seconds, contentBytes };
}

const perSecond: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["ms", 1e3],
  ["us", 1e6],
]);

function toArguments({
  url,
  connections,
  streams,
  until,
  http,
  content,
  fields,
  log,
}: H2loadOptions): string[] {
  return [
    ...["--threads=1", `--clients=${connections}`, `--max-concurrent-streams=${streams}`],
    "seconds" in until ? `--duration=${until.seconds}` : `--requests=${until.requests}`,
    ...(http === "1.1" ? ["--h1"] : []),
    ...(content === undefined ? [] : [`--data=${content}`]),
    ...(log === undefined ? [] : [`--log-file=${log}`]),
    ...(fields ?? []).map((line) => `--header=${line}`),
    url,
  ];
}
