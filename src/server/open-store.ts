import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { ApiPlan } from "../plan/api-plan.ts";
import type { Store } from "../store/store.ts";
import type { ServeOptions } from "./options.ts";
import type { Siblings } from "./siblings.ts";
import { StartError } from "./start-error.ts";

/** Opens the store of an API; null where no resource is kept in one. */
export async function openStore(
  plan: ApiPlan,
  { database, migrate = "auto" }: ServeOptions,
  siblings: Siblings | null,
): Promise<Store | null> {
  if (plan.tables.length === 0) return null;
  const url = database ?? `sqlite:data/${plan.api.name}.sqlite`;
  const location = sqliteLocation(url);
  if (location === ":memory:" && siblings !== null) {
    throw new StartError(
      `${url} is in the memory of one process, and ${siblings.count} workers would have ${siblings.count} of it: name a file (--database sqlite:PATH), or run one worker`,
    );
  }
  if (location !== ":memory:") await makeFolder(dirname(location));
  // Read only where there is something to keep: an API without tables starts without it.
  const { openSqliteStore } = await import("../store/sqlite/open.ts");
  return openSqliteStore({ location, tables: plan.tables, migrate });
}

/** Makes the folder of a database, as `data/` at the first start. What else is not there is told when the file is opened. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (thrown) {
    // It is there already, or cannot be made: opening the file says so, with the reason.
    if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
  }
}

/** The file of `sqlite:PATH`. */
export function sqliteLocation(url: string): string {
  if (url.startsWith("sqlite:") && url.length > 7) return url.slice(7).replace(/^\/\/(?=\/)/, "");
  if (/^postgres(ql)?:/.test(url))
    throw new StartError("DATABASE_URL: PostgreSQL is not there yet; use sqlite:PATH");
  throw new StartError(
    `DATABASE_URL: "${url.split("@").at(-1)}" is not understood; use sqlite:PATH or sqlite::memory:`,
  );
}
