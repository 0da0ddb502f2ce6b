import { StoreOpenError } from "../../open-error.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { isSqliteError } from "../../sqlite/faults.ts";

/**
 * Runs `work` in one transaction: all of it, or nothing. Foreign keys are not looked at while tables are made anew, and all
 * of them are before the end. What fails is a StoreOpenError of one line that begins with `what`.
 */
export function runInTransaction<T>(connection: Connection, what: string, work: () => T): T {
  connection.execute("pragma foreign_keys = off");
  try {
    connection.execute("begin immediate");
    const value = work();
    assertReferences(connection);
    connection.execute("commit");
    return value;
  } catch (thrown) {
    if (connection.isInTransaction) connection.execute("rollback");
    if (!isSqliteError(thrown) && !(thrown instanceof StoreOpenError)) throw thrown;
    throw new StoreOpenError(`${what}: ${reasonOf(thrown)}`, { cause: thrown });
  } finally {
    connection.execute("pragma foreign_keys = on");
  }
}

/** What to do about what data that exists breaks. */
function reasonOf({ message }: Error): string {
  const [, kind, columns] = /^(UNIQUE|NOT NULL) constraint failed: (?:_new_)?(.*)$/.exec(message) ?? [];
  if (kind === "UNIQUE")
    return `rows share a value of ${columns}, which shall be unique; mend these rows first`;
  if (kind === "NOT NULL")
    return `rows have no value for ${columns}, which shall be required; mend these rows first`;
  return message;
}

function assertReferences(connection: Connection): void {
  const [broken] = connection.all("pragma foreign_key_check", []);
  if (broken === undefined) return;
  throw new StoreOpenError(
    `rows of ${broken["table"]} would refer to rows of ${broken["parent"]} which are not there; mend these rows first`,
  );
}
