import type { Api } from "../define/api.ts";
import type { RunOptions } from "./run-options.ts";

/** What a module that is a program itself was about to run. */
export interface OwnRun {
  readonly api: Api;
  readonly options: RunOptions;
}

let isLoading = false;
let found: OwnRun | null = null;

/**
 * Loads a module for a command of `fourfold`. Where it ends in `run(api, ...)`, that does nothing for once: the command says what is to be done
 * with the API. Answers what `run` was told, too; null where it was not called.
 */
export async function loadWithoutRunning<T>(load: () => Promise<T>): Promise<readonly [T, OwnRun | null]> {
  isLoading = true;
  found = null;
  try {
    return [await load(), found];
  } finally {
    isLoading = false;
  }
}

/** Whether a command of `fourfold` is loading the module that calls `run`. */
export function isOnlyLoaded(run: OwnRun): boolean {
  if (isLoading) found = run;
  return isLoading;
}
