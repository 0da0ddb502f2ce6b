import { Database } from "bun:sqlite";
import { createTable, durable, insertUser, selectUser } from "./sqlite-statements.ts";
import type { UserSource } from "./user-source.ts";
import type { User } from "./users.ts";

/** Users in SQLite by Bun's own driver, as durable as the others'. */
export function openBunUsers(path: string): UserSource {
  const database = new Database(path);
  database.exec(durable);
  database.exec(createTable);
  const select = database.query<User, [string]>(selectUser);
  const insert = database.query<null, [string, string, string]>(insertUser);
  return {
    find: (id) => select.get(id),
    create: ({ name, email }) => {
      const user = { id: crypto.randomUUID(), name, email };
      insert.run(user.id, name, email);
      return user;
    },
  };
}
