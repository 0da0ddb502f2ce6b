import { spawn } from "node:child_process";
import { once } from "node:events";

// Runs the program once while its image is built, so that Node keeps what it compiles (NODE_COMPILE_CACHE) for every start of
// every node. Each protocol is asked for something, since servers load most of their code when it is first asked for.

const program = "examples/blog/start.ts";
/** Nobody listens there: the programs load what they need for PostgreSQL, and end. */
const nowhere = "postgres://nobody@127.0.0.1:9/none?connect_timeout=100ms";

await warm();
await fails([program], { DATABASE_URL: nowhere, MIGRATE: "never" });
await fails(["dist/cli/main.js", "migrate", "plan", "examples/blog/api.ts"], { DATABASE_URL: nowhere });

async function warm(): Promise<void> {
  const server = spawn(process.execPath, [...process.execArgv, program], {
    env: { ...process.env, LISTEN: "127.0.0.1:0", DATABASE_URL: "sqlite::memory:", LOG_LEVEL: "warn" },
    stdio: ["ignore", "inherit", "pipe"],
  });
  let told = "";
  for await (const chunk of server.stderr) {
    told += String(chunk);
    const port = /localhost:(\d+)/.exec(told)?.[1];
    if (port === undefined) continue;
    await ask(`http://127.0.0.1:${port}`).finally(() => server.kill("SIGTERM"));
    break;
  }
  server.stderr.resume();
  const [code] = await once(server, "exit");
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${told}`);
}

async function ask(origin: string): Promise<void> {
  const post = (path: string, body: string): Promise<void> =>
    answered(
      fetch(`${origin}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body }),
    );
  for (const path of [
    "/readyz",
    "/users?include=posts",
    "/",
    "/fourfold/client.js",
    "/openapi.json",
    "/metrics",
  ])
    await answered(fetch(`${origin}${path}`));
  await post("/users", '{"name":"Alan Turing","email":"alan@example.com"}');
  await post("/graphql", '{"query":"{ users { name posts { title } } }"}');
  await post("/blog.v1.UserService/ListUsers", "{}");
  await called(`${origin.replace("http", "ws")}/rpc`);
}

async function answered(answer: Promise<Response>): Promise<void> {
  const { url, status, ok } = await answer;
  if (!ok) throw new Error(`${url} answered ${status}`);
}

async function called(url: string): Promise<void> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  socket.send('{"jsonrpc":"2.0","id":1,"method":"users.list","params":{}}');
  await once(socket, "message");
  socket.close();
  await once(socket, "close");
}

/** Loads a program that cannot go on, and must say so. */
async function fails(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    env: { ...process.env, LISTEN: "127.0.0.1:0", ...env },
    stdio: "ignore",
  });
  const [code] = await once(child, "exit");
  if (code !== 1)
    throw new Error(`${args.join(" ")} ended with ${code}; without a database it should with 1`);
}
