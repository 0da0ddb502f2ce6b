import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { createTable, durable, insertUser, selectUser } from "./sqlite-statements.ts";
import type { UserSource } from "./user-source.ts";
import type { User } from "./users.ts";

/** Users in SQLite by prepared statements, durable as fourfold's are: WAL and `synchronous=FULL`. */
export function openSqliteUsers(path: string): UserSource {
  const database = new DatabaseSync(path);
  database.exec(durable);
  database.exec(createTable);
  const select = database.prepare(selectUser);
  const insert = database.prepare(insertUser);
  return {
    find: (id) => toUser(select.get(id)),
    create: ({ name, email }) => {
      const user = { id: randomUUID(), name, email };
      insert.run(user.id, name, email);
      return user;
    },
  };
}

function toUser(row: Record<string, unknown> | undefined): User | null {
  if (row === undefined) return null;
  return { id: String(row["id"]), name: String(row["name"]), email: String(row["email"]) };
}
