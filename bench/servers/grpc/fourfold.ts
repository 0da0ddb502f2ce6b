import { api, error, query, subscription, t } from "fourfold";
import { serve } from "fourfold/server";
import { settings } from "../parts/settings.ts";
import { sampleUsers } from "../parts/users.ts";
import { madeMessages, numbers } from "./numbers.ts";

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

const streamed = subscription("numbers", {
  input: { count: t.int32() },
  output: { index: t.int32(), text: t.string() },
  handle: ({ input }) => numbers(input.count),
});

const made = query("made", { output: { count: t.int32() }, handle: () => ({ count: madeMessages() }) });

await serve(api("bench", { operations: [getUser, streamed, made] }), {
  listen: [`127.0.0.1:${settings.port}`],
  logLevel: settings.logs ? "info" : "silent",
});
