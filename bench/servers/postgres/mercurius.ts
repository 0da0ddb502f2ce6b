import DataLoader from "dataloader";
import { fastify } from "fastify";
import { mercurius } from "mercurius";
import type { Post, User } from "../graphql/rows.ts";
import { loadingResolvers, typeDefs } from "../graphql/schema.ts";
import type { Loaders } from "../graphql/sqlite.ts";
import { settings } from "../parts/settings.ts";
import { pool } from "./pool.ts";

declare module "mercurius" {
  // What `context` adds to it.
  interface MercuriusContext extends Loaders {}
}

async function usersOf(ids: readonly string[]): Promise<readonly (User | null)[]> {
  const { rows } = await pool.query<User>({
    name: "users",
    text: "select id, name, email from users where id = any($1)",
    values: [ids],
  });
  const byId = new Map(rows.map((user) => [user.id, user]));
  return ids.map((id) => byId.get(id) ?? null);
}

async function postsOf(ids: readonly string[]): Promise<readonly (readonly Post[])[]> {
  const { rows } = await pool.query<Post>({
    name: "posts",
    text: `select id, title, author_id as "authorId" from posts where author_id = any($1) order by author_id, id`,
    values: [ids],
  });
  const byAuthor = Map.groupBy(rows, ({ authorId }) => authorId);
  return ids.map((id) => byAuthor.get(id) ?? []);
}

const app = fastify({ logger: false });
// DataLoader keeps what it has read, so that each request must have its own.
const context = (): Loaders => ({ user: new DataLoader(usersOf), posts: new DataLoader(postsOf) });
app.register(mercurius, { schema: typeDefs, resolvers: loadingResolvers, jit: 1, context });

await app.listen({ host: "127.0.0.1", port: settings.port });
