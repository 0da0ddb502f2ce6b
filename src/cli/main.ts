#!/usr/bin/env node
import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { compileApi } from "../plan/compile.ts";
import { describeOpenApi } from "../protocols/rest/describe/openapi.ts";
import { StartError } from "../server/start-error.ts";
import { loadApi } from "./load-api.ts";
import { addMigrate } from "./migrate.ts";
import { run } from "./run.ts";
import { tell } from "./tell.ts";

const program = new Command("fourfold")
  .description("Define an API once; serve it over every protocol.")
  .exitOverride()
  .configureOutput({ outputError: () => undefined });

program
  .command("serve")
  .description("serve the API that a module exports; options as `serve MODULE --help` lists them")
  .argument("<module>", "a file whose default export is made by api(...)")
  .helpOption(false)
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (module: string, _options: unknown, command: Command) =>
    run(await loadApi(module), {}, command.args.slice(1)),
  );

program
  .command("check")
  .description("compile a definition and list every mistake")
  .argument("<module>")
  .action(async (module: string) => {
    const plan = compileApi(await loadApi(module));
    const versions = plan.versions.map(({ name }) => name).join(", ");
    process.stdout.write(
      `"${plan.api.name}" is in order: ${plan.operations.length} operations, versions ${versions}\n`,
    );
  });

program
  .command("contract")
  .description("write the contract of one version")
  .addOption(new Option("--api-version <name>", "the version; the usual one where it is not stated"))
  .addOption(new Option("--out <file>", "where to; standard output where it is not stated"))
  .argument("<form>", "openapi")
  .argument("<module>")
  .action(async (form: string, module: string, options: { apiVersion?: string; out?: string }) => {
    if (form !== "openapi")
      throw new StartError(`"${form}" is no contract that can be written yet; there is openapi`);
    const plan = compileApi(await loadApi(module));
    const name = options.apiVersion ?? plan.defaultVersion.name;
    const version = plan.versions.find((each) => each.name === name);
    if (version === undefined) throw new StartError(`There is no version "${name}"`);
    const text = `${JSON.stringify(describeOpenApi({ plan, version, servers: [`/api/v${name}`] }), null, 2)}\n`;
    if (options.out === undefined) process.stdout.write(text);
    else await writeFile(options.out, text);
  });

addMigrate(program);

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = tell(thrown);
  // In a worker, the connection with the primary would keep it alive.
  if (process.send !== undefined) process.exit();
}
