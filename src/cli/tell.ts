import { CommanderError } from "commander";
import { DefinitionError } from "../plan/mistakes.ts";
import { StartError } from "../server/start-error.ts";

/** Says what went wrong, and answers the exit code. Only what nobody expected has a stack. */
export function tell(thrown: unknown): number {
  if (thrown instanceof CommanderError) {
    // Help and version have been printed, and are no errors.
    if (thrown.exitCode === 0) return 0;
    // One line: commander puts what it suggests on a second one.
    const told = thrown.message.replace(/^error: /, "").replaceAll("\n", " ");
    process.stderr.write(`${told}; --help lists what there is\n`);
    return 2;
  }
  if (thrown instanceof StartError || thrown instanceof DefinitionError || isStoreOpenError(thrown)) {
    process.stderr.write(`${thrown.message}\n`);
    return 1;
  }
  process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
  return 1;
}

// By name: the store's class would bring the whole store along, for APIs that have none.
function isStoreOpenError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === "StoreOpenError";
}
