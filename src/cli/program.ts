import { Command } from "commander";
import { StartError } from "../server/start-error.ts";
import { addCheck } from "./check.ts";
import { addContract } from "./contract.ts";
import { loadProgram } from "./load-api.ts";
import { addLock } from "./lock.ts";
import { addMigrate } from "./migrate.ts";
import { run } from "./run.ts";
import { tell } from "./tell.ts";

/** The program `fourfold`: reads the command line, and does what it says. Mistakes are told on standard error, and by the exit code. */
export async function runProgram(): Promise<void> {
  const program = new Command("fourfold")
    .description("Define an API once; serve it over every protocol.")
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addServe(program);
  addCheck(program);
  addContract(program);
  addLock(program);
  addMigrate(program);
  try {
    await program.parseAsync();
  } catch (thrown) {
    process.exitCode = tell(thrown);
    // In a worker, the connection with the primary would keep it alive.
    if (process.send !== undefined) process.exit();
  }
}

function addServe(program: Command): void {
  program
    .command("serve")
    .description("serve the API that a module exports; options as `serve MODULE --help` lists them")
    .argument("<module>", "a file whose default export is made by api(...)")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action((module: string, _options: unknown, command: Command) =>
      serveModule(module, command.args.slice(1)),
    );
}

/** As the module's own `run` would, where it has one. */
async function serveModule(module: string, argv: readonly string[]): Promise<void> {
  if (module.startsWith("-")) throw new StartError(`Name the module first: fourfold serve app.ts ${module}`);
  const { api, options } = await loadProgram(module);
  return run(api, options, argv);
}
