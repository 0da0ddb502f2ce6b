import { createServer } from "node:http";
import { createSchema, createYoga } from "graphql-yoga";
import { settings } from "../parts/settings.ts";
import { memoryResolvers, typeDefs } from "./schema.ts";

const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers: memoryResolvers }), logging: false });

createServer(yoga).listen(settings.port, "127.0.0.1");
