import { fastify } from "fastify";
import { mercurius } from "mercurius";
import { settings } from "../parts/settings.ts";
import { loadingResolvers, memoryResolvers, typeDefs } from "./schema.ts";
import { type Loaders, openRows } from "./sqlite.ts";

declare module "mercurius" {
  // What `context` adds to it.
  interface MercuriusContext extends Loaders {}
}

const app = fastify({ logger: false });

if (settings.source === "sqlite") {
  const loaders = openRows(settings.database);
  app.register(mercurius, { schema: typeDefs, resolvers: loadingResolvers, jit: 1, context: loaders });
} else app.register(mercurius, { schema: typeDefs, resolvers: memoryResolvers, jit: 1 });

await app.listen({ host: "127.0.0.1", port: settings.port });
