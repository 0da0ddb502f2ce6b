import type { Api } from "../define/api.ts";
import { Mistakes } from "./mistakes.ts";

/** Finds every mistake of a definition. */
export function checkDefinition(_api: Api): Mistakes {
  return new Mistakes();
}
