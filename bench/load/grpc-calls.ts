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
  readonly client: GrpcClient;
}

/** A program that takes what there is to do as options, and writes a Load as JSON. */
export interface GrpcClient {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** @grpc/grpc-js, with messages in protobufjs's static code. */
export function grpcJsClient(staticCode: string): GrpcClient {
  return {
    command: [process.execPath, join(import.meta.dirname, "grpc-client.ts")],
    environment: { STATIC_CODE: staticCode },
  };
}

/** Has a real client call. */
export async function grpcCalls({
  port,
  connections,
  calls,
  seconds,
  client,
}: GrpcCallsOptions): Promise<Load> {
  const { stdout } = await run(
    "taskset",
    [
      ...["--cpu-list", loadCore, ...client.command],
      ...[`--port=${port}`, `--connections=${connections}`, `--calls=${calls}`, `--seconds=${seconds}`],
    ],
    { env: { ...process.env, ...client.environment } },
  );
  return JSON.parse(stdout) as Load;
}
