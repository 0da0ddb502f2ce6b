import { join } from "node:path";
import { isServing } from "../graphql/checks.ts";
import { answers } from "../machine/readiness.ts";
import { type ServerCommand, ServerProcess } from "../machine/server-process.ts";
import type { Contender as ContenderOf } from "../side-by-side/contender.ts";
import type { Asking } from "./asking.ts";
import { overGraphql, overRest, toPostGraphile } from "./asking.ts";

/** One of the servers that are compared: all over the same rows. */
export type Contender = ContenderOf<{ readonly url: string }>;

const servers = join(import.meta.dirname, "../servers/postgres");
const nobody = "/users/0190b1c2-9999-7000-8000-000000000000";

/** How servers that run are asked. */
const askings = new WeakMap<ServerProcess, Asking>();

export function askingOf(server: ServerProcess): Asking {
  const asking = askings.get(server);
  if (asking === undefined) throw new Error("That server is none of this suite's");
  return asking;
}

const isResting = answers(nobody, [404]);
const source = "--conditions=fourfold-source";

export const fourfold: Contender = contender("fourfold", "fourfold.ts", overRest, isResting, [source]);
export const fourfoldGraphql: Contender = contender("fourfold", "fourfold.ts", overGraphql, isServing, [
  source,
]);
export const fastify: Contender = contender("Fastify, pg", "fastify.ts", overRest, isResting);
export const mercurius: Contender = contender(
  "Mercurius, JIT, DataLoader, pg",
  "mercurius.ts",
  overGraphql,
  isServing,
);
export const postgraphile: Contender = contender(
  "PostGraphile",
  "postgraphile.ts",
  toPostGraphile,
  isServing,
);

function contender(
  title: string,
  file: string,
  asking: Asking,
  isReady: ServerCommand["isReady"],
  conditions: readonly string[] = [],
): Contender {
  return {
    title,
    start: async ({ url }) => {
      const server = await ServerProcess.start({
        command: [process.execPath, ...conditions, join(servers, file)],
        environment: { DATABASE: url, LOGS: "off" },
        isReady,
      });
      askings.set(server, asking);
      return server;
    },
  };
}
