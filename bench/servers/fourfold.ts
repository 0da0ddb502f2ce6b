import { api, error, query, resource, t } from "fourfold";
import { serve } from "fourfold/server";
import { settings } from "./parts/settings.ts";
import { sampleUsers } from "./parts/users.ts";

const UserNotFound = error("USER_NOT_FOUND", { kind: "not_found", message: "User not found" });
const users = new Map(sampleUsers.map((user) => [user.id, user]));

const fields = { name: t.string({ minLength: 1, maxLength: 200 }), email: t.email() };

/** From memory and from the cache: a plain handler. */
const getUser = query("getUser", {
  rest: "GET /users/{id}",
  input: { id: t.uuid() },
  output: { id: t.uuid(), ...fields },
  errors: [UserNotFound],
  ...(settings.source === "cache" ? { cache: { maxAge: "5m", visibility: "public" } as const } : {}),
  handle({ input }) {
    const user = users.get(input.id);
    if (user === undefined) throw UserNotFound();
    return user;
  },
});

/** From SQLite: what every resource comes with. */
const User = resource("User", { fields: { id: t.id(), ...fields } });

const definition =
  settings.source === "sqlite"
    ? api("bench", { resources: [User] })
    : api("bench", { operations: [getUser] });

await serve(definition, {
  listen: [`127.0.0.1:${settings.port}`],
  database: `sqlite:${settings.database}`,
  logLevel: settings.logs ? "info" : "silent",
});
