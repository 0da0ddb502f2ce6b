import { StoreOpenError } from "../open-error.ts";
import type { Connection } from "../sqlite/connection.ts";

/**
 * Runs statements in one transaction, and then `record`: all of it, or nothing. Foreign keys are not looked at while tables
 * are made anew, and all of them are before the end.
 */
export function runInTransaction(
  connection: Connection,
  statements: readonly string[],
  record: () => void,
): void {
  connection.execute("pragma foreign_keys = off");
  try {
    connection.execute("begin immediate");
    try {
      for (const statement of statements) connection.execute(statement);
      assertReferences(connection);
      record();
      connection.execute("commit");
    } catch (thrown) {
      if (connection.isInTransaction) connection.execute("rollback");
      throw thrown;
    }
  } finally {
    connection.execute("pragma foreign_keys = on");
  }
}

function assertReferences(connection: Connection): void {
  const [broken] = connection.all("pragma foreign_key_check", []);
  if (broken === undefined) return;
  throw new StoreOpenError(
    `The migration would leave rows of ${broken["table"]} that refer to rows of ${broken["parent"]} which are not there; mend these rows first`,
  );
}
