import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { CertificateFiles } from "./certificate.ts";

/** A running server, in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  /** With TLS. */
  readonly securePort: number;
  /** Asks it to stop; fails unless it does, in good order and without having complained of anything. */
  stop(): Promise<void>;
}

/** Starts the server of this folder; resolves when it listens. */
export function startServer(files: CertificateFiles): Promise<ServerProcess> {
  return startScript(join(import.meta.dirname, "server.ts"), files.certificate, files.key);
}

/** Starts a server that says in its first line, as JSON, where it listens; resolves when it does. */
export async function startScript(script: string, ...args: readonly string[]): Promise<ServerProcess> {
  const options = ["--conditions=fourfold-source", script, ...args];
  const server = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(server, "exit");
  let complaints = "";
  server.stderr.on("data", (chunk) => {
    complaints += String(chunk);
  });
  const line = await Promise.race([once(createInterface(server.stdout), "line"), exit]);
  if (server.exitCode !== null) throw new Error(`the server did not start: ${complaints}`);
  return {
    ...JSON.parse(line[0]),
    async stop() {
      server.kill("SIGTERM");
      const [code, signal] = await exit;
      assert.equal(complaints, "");
      assert.deepEqual([code, signal], [0, null]);
    },
  };
}
