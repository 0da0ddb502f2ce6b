import { api, type Database, resource, t } from "fourfold";
import { serve } from "fourfold/server";
import { settings } from "../parts/settings.ts";
import { findUser, listUsers, postsOf } from "./memory.ts";
import { posts, users } from "./rows.ts";

const isStored = settings.source === "sqlite";

const User = resource("User", {
  fields: { id: t.id(), name: t.string(), email: t.email() },
  ...(isStored
    ? {}
    : {
        handlers: {
          get: ({ input }) => findUser(input.id),
          list: () => ({ items: listUsers(), nextPageToken: "" }),
        },
      }),
});

const Post = resource("Post", {
  fields: {
    id: t.id(),
    title: t.string(),
    content: t.text(),
    author: t.ref(() => User, { inverse: "posts" }),
  },
  ...(isStored
    ? {}
    : {
        handlers: { get: () => null },
        related: { author: ({ input }) => input.ids.map(postsOf) },
      }),
});

/** Ids are the server's own: who asks finds them out by a list. */
async function seed(db: Database): Promise<void> {
  await db.transaction(async (within) => {
    const ids = new Map<string, string>();
    for (const { id, name, email } of users) {
      const made = await within(User).create({ name, email });
      ids.set(id, made.id);
    }
    for (const { title, content, authorId } of posts)
      await within(Post).create({ title, content, authorId: ids.get(authorId) ?? "" });
  });
}

await serve(api("bench", { resources: [User, Post], ...(isStored ? { seed } : {}) }), {
  listen: [`127.0.0.1:${settings.port}`],
  database: `sqlite:${settings.database}`,
  logLevel: settings.logs ? "info" : "silent",
});
