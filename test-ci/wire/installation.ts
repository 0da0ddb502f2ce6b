import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What Go, pip, npm and the system say where nobody can be reached. */
const unreachable =
  /dial tcp|no such host|i\/o timeout|proxyconnect|NewConnectionError|ConnectTimeout|ProxyError|name resolution|EAI_AGAIN|ENOTFOUND|ETIMEDOUT/;

/**
 * Runs the commands that build or install a client. For a test's `skip`: false where it is there then, else that there is no
 * network. Rejects where it is anything else: a client that cannot be built is a fault of ours.
 */
export async function installation(
  ...commands: readonly (readonly [command: string, args: readonly string[], folder: string])[]
): Promise<string | false> {
  const run = promisify(execFile);
  try {
    for (const [command, args, cwd] of commands) await run(command, args, { cwd });
    return false;
  } catch (error) {
    if (!unreachable.test(String(error))) throw error;
    return "NOT TESTED: without a network it cannot be installed";
  }
}
