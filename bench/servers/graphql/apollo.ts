import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { settings } from "../parts/settings.ts";
import { memoryResolvers, typeDefs } from "./schema.ts";

const server = new ApolloServer({ typeDefs, resolvers: memoryResolvers });

await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: settings.port, path: "/graphql" } });
