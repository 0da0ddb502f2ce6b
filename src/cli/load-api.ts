import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Api } from "../define/api.ts";
import { StartError } from "../server/start-error.ts";
import { loadWithoutRunning, type OwnRun } from "./own-run.ts";

/** The API that a module exports or runs: its default export, its only one, or what it gives to `run`. */
export async function loadApi(path: string): Promise<Api> {
  return (await loadProgram(path)).api;
}

/** The same, and the options that the module gives to `run`. */
export async function loadProgram(path: string): Promise<OwnRun> {
  const [module, own] = await loadWithoutRunning(() => importModule(path));
  const api = exported(module) ?? own?.api;
  if (api === undefined) throw new StartError(`${path}: no default export made by api(...)`);
  return { api, options: own?.options ?? {} };
}

function exported(module: Readonly<Record<string, unknown>>): Api | undefined {
  if (isApi(module["default"])) return module["default"];
  const [found, ...others] = Object.values(module).filter(isApi);
  return others.length === 0 ? found : undefined;
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new StartError(`${path}: there is no such file`);
  if (found.isDirectory()) throw new StartError(`${path} is a folder: name a file, such as app.ts`);
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (thrown) {
    const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ERR_MODULE_NOT_FOUND";
    if (missing) throw new StartError(`${path}: ${thrown.message.split("\n")[0]}`, { cause: thrown });
    throw thrown;
  }
}

function isApi(value: unknown): value is Api {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "api";
}
