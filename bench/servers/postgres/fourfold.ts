import { api, resource, t } from "fourfold";
import { serve } from "fourfold/server";
import { settings } from "../parts/settings.ts";

const User = resource("User", {
  fields: { id: t.id(), name: t.string({ minLength: 1, maxLength: 200 }), email: t.email() },
});

const Post = resource("Post", {
  fields: {
    id: t.id(),
    title: t.string(),
    content: t.text(),
    author: t.ref(() => User, { inverse: "posts" }),
  },
});

await serve(api("bench", { resources: [User, Post] }), {
  listen: [`127.0.0.1:${settings.port}`],
  database: settings.database,
  logLevel: settings.logs ? "info" : "silent",
});
