import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Api } from "../define/api.ts";
import { StartError } from "../server/start-error.ts";

/** The API that a module exports: its default export, or its only one. */
export async function loadApi(path: string): Promise<Api> {
  const module = await importModule(path);
  if (isApi(module["default"])) return module["default"];
  const [found, ...others] = Object.values(module).filter(isApi);
  if (found !== undefined && others.length === 0) return found;
  throw new StartError(`${path}: no default export made by api(...)`);
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (thrown) {
    const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ERR_MODULE_NOT_FOUND";
    if (missing && !existsSync(path))
      throw new StartError(`${path}: there is no such file`, { cause: thrown });
    if (missing) throw new StartError(`${path}: ${thrown.message.split("\n")[0]}`, { cause: thrown });
    throw thrown;
  }
}

function isApi(value: unknown): value is Api {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "api";
}
