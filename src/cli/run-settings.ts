import { Command } from "commander";
import type { Api } from "../define/api.ts";
import type { ServeOptions } from "../server/options.ts";
import { databaseOptions, readDatabase } from "./database-options.ts";
import { natsOptions, readNats } from "./nats-options.ts";
import { processOptions, readProcess } from "./process-options.ts";
import { proxyOptions, readProxies } from "./proxy-options.ts";
import type { RunOptions } from "./run-options.ts";
import { readTls, tlsOptions } from "./tls-options.ts";

/** What the command line, the environment and the program come to. */
export interface RunSettings extends ServeOptions {
  readonly workers: number;
}

/** What the command line says, then the environment, then the program. Throws a CommanderError or a StartError. */
export function readSettings(
  api: Api,
  options: RunOptions,
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): RunSettings {
  const command = new Command(api.name)
    .description(api.options.description ?? `Serves the API "${api.name}".`)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const option of optionsOf(api, options)) command.addOption(option);
  command.parse([...argv], { from: "user" });
  const tls = readTls(command.opts(), environment, options.tls);
  return {
    ...options,
    ...readProcess(command.opts(), environment),
    ...readDatabase(command.opts()),
    ...readNats(command.opts()),
    ...readProxies(command.opts(), options),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** In the order in which `--help` lists them. */
function optionsOf(api: Api, { listen = [":8000"], database, migrate, workers = 1 }: RunOptions) {
  return [
    ...processOptions(listen, workers),
    ...databaseOptions(database ?? `sqlite:data/${api.name}.sqlite`, migrate),
    ...natsOptions(),
    ...tlsOptions(),
    ...proxyOptions(),
  ];
}
