import { api, channel, error, query, resource, t } from "fourfold";
import { serve } from "fourfold/server";
import { settings } from "../parts/settings.ts";
import { sampleUsers } from "../parts/users.ts";

const UserNotFound = error("USER_NOT_FOUND", { kind: "not_found", message: "User not found" });
const users = new Map(sampleUsers.map((user) => [user.id, user]));

const getUser = query("getUser", {
  input: { id: t.uuid() },
  output: { id: t.uuid(), name: t.string({ minLength: 1, maxLength: 200 }), email: t.email() },
  errors: [UserNotFound],
  handle({ input }) {
    const user = users.get(input.id);
    if (user === undefined) throw UserNotFound();
    return user;
  },
});

const room = channel("/rooms/{id}", {
  message: t.object({
    from: t.string({ minLength: 1, maxLength: 50 }),
    text: t.string({ minLength: 1, maxLength: 500 }),
  }),
  receive: ({ message, everyone }) => everyone.send(message),
});

/** What is watched. */
const Note = resource("Note", { fields: { id: t.id(), title: t.string(), count: t.int32() } });

const definition = api("bench", {
  resources: [Note],
  operations: [getUser],
  channels: [room],
  seed: async (db) => void (await db(Note).create({ title: "What is watched", count: 0 })),
});

await serve(definition, {
  listen: [`127.0.0.1:${settings.port}`],
  database: `sqlite:${settings.database}`,
  logLevel: settings.logs ? "info" : "silent",
  limits: { connections: 20_000 },
});
