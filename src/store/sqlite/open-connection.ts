import { StoreOpenError } from "../open-error.ts";
import { Connection } from "./connection.ts";
import { isSqliteError } from "./faults.ts";

/** Opens a database with the settings that durability asks for. Throws a StoreOpenError of one line. */
export function openConnection(location: string, lockTimeout = 5_000): Connection {
  let connection: Connection | undefined;
  try {
    connection = new Connection(location, lockTimeout);
    // A write-ahead log lets readers go on while something is written; FULL has each commit on the disk before it is told.
    connection.execute(
      "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory; " +
        "pragma journal_size_limit = 67108864;",
    );
    return connection;
  } catch (thrown) {
    connection?.close();
    throw new StoreOpenError(`The database ${location} cannot be opened: ${reasonOf(thrown)}`, {
      cause: thrown,
    });
  }
}

function reasonOf(thrown: unknown): string {
  if (!isSqliteError(thrown)) return thrown instanceof Error ? thrown.message : String(thrown);
  switch (thrown.errcode & 0xff) {
    case 5:
    case 6:
      return "another process has locked it; stop that one, or name another file";
    case 8:
      return "it may only be read; give this user the right to write it";
    case 11:
      return "it is damaged; bring back a backup";
    case 14:
      return "there is no such folder, or this user may not read and write it";
    case 26:
      return "it is not an SQLite database; name another file";
    default:
      return thrown.message;
  }
}
