import { CommanderError } from "commander";
import { DefinitionError } from "../plan/mistakes.ts";
import { StartError } from "../server/start-error.ts";

/** What went wrong, as it is told: nothing where that has happened already. */
export interface Told {
  readonly text: string;
  readonly exitCode: number;
}

/** Says what went wrong, and answers the exit code. */
export function tell(thrown: unknown): number {
  const { text, exitCode } = describe(thrown);
  if (text !== "") process.stderr.write(`${text}\n`);
  return exitCode;
}

/** What is told of something that was thrown. Only what nobody expected has a stack. */
export function describe(thrown: unknown): Told {
  if (thrown instanceof CommanderError) {
    // Help and version have been printed, and are no errors.
    if (thrown.exitCode === 0) return { text: "", exitCode: 0 };
    // Of a command without what it needs, help has been printed as well.
    if (thrown.code === "commander.help") return { text: "", exitCode: 2 };
    // One line: commander puts what it suggests on a second one.
    const told = thrown.message.replace(/^error: /, "").replaceAll("\n", " ");
    return { text: `${told}; --help lists what there is`, exitCode: 2 };
  }
  if (thrown instanceof StartError || thrown instanceof DefinitionError || isStoreOpenError(thrown))
    return { text: thrown.message, exitCode: 1 };
  return {
    text: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    exitCode: 1,
  };
}

// By name: the store's class would bring the whole store along, for APIs that have none.
function isStoreOpenError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === "StoreOpenError";
}
