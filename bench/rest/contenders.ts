import { join } from "node:path";

/** One of the servers that are compared. */
export interface Contender {
  /** On the command line, and its file in servers/. */
  readonly name: string;
  readonly title: string;
  readonly command: readonly string[];
}

const bench = join(import.meta.dirname, "..");
const node = process.execPath;
const servers = join(bench, "servers");
/** Has a program run on today's sources, put together as they are published: what `npm start` does, with its limits of V8's heap. */
export const onBundle: readonly string[] = [
  "--max-semi-space-size=8",
  "--initial-old-space-size=16",
  "--heap-growing-percent=10",
  "--import",
  join(bench, "../scripts/start.js"),
];

/** fourfold from `dist` (`npm run build`), as its users have it, without a compile cache. */
export const published: Contender = {
  name: "fourfold-published",
  title: "fourfold, as published",
  command: [node, join(servers, "fourfold.ts")],
};

/** The example, as `npm start` has it, on an empty database. */
export const blog: Contender = {
  name: "blog",
  title: "fourfold: the blog, by npm start",
  command: [
    node,
    ...onBundle,
    join(bench, "../examples/blog/start.ts"),
    "--listen",
    "127.0.0.1:{port}",
    "--log-level=silent",
  ],
};

/** The baseline of all ratios. */
export const baseline = "fastify";

export const contenders: readonly Contender[] = [
  {
    name: "fourfold",
    title: "fourfold",
    command: [node, ...onBundle, join(servers, "fourfold.ts")],
  },
  { name: "fastify", title: "Fastify 5", command: [node, join(servers, "fastify.ts")] },
  { name: "hono", title: "Hono on Node", command: [node, join(servers, "hono.ts")] },
  { name: "express", title: "Express 5", command: [node, join(servers, "express.ts")] },
  { name: "node", title: "node:http", command: [node, join(servers, "node.ts")] },
  {
    name: "bun",
    title: "Bun.serve",
    command: [join(bench, "node_modules/.bin/bun"), join(servers, "bun.ts")],
  },
  {
    name: "bun-bare",
    title: "Bun.serve, without the others' header fields",
    command: [join(bench, "node_modules/.bin/bun"), join(servers, "bun.ts"), "bare"],
  },
];
