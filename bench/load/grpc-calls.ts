import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadCore } from "../machine/server-process.ts";
import type { Load } from "./load.ts";

const run = promisify(execFile);

export interface GrpcCallsOptions {
  readonly port: number;
  readonly connections: number;
  /** Under way at a time on each connection. */
  readonly calls: number;
  readonly seconds: number;
  /** The messages in protobufjs's static code. */
  readonly staticCode: string;
}

/** Runs the loader of grpc-client.ts. */
export async function grpcCalls({
  port,
  connections,
  calls,
  seconds,
  staticCode,
}: GrpcCallsOptions): Promise<Load> {
  const { stdout } = await run(
    "taskset",
    [
      ...["--cpu-list", loadCore, process.execPath, join(import.meta.dirname, "grpc-client.ts")],
      ...[`--port=${port}`, `--connections=${connections}`, `--calls=${calls}`, `--seconds=${seconds}`],
    ],
    { env: { ...process.env, STATIC_CODE: staticCode } },
  );
  return JSON.parse(stdout) as Load;
}
