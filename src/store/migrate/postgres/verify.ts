import { compareTables } from "../compare.ts";
import type { Snapshot } from "../snapshot.ts";
import { readLiveTables } from "./live-tables.ts";
import type { Session } from "./session.ts";

/** How the tables that a database has differ from those that it shall have, whatever its own record says. */
export async function differences(session: Session, wanted: Snapshot): Promise<readonly string[]> {
  return compareTables(await readLiveTables(session, wanted), wanted);
}
