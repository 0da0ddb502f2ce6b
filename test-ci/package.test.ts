import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

// What a fresh project gets from the package as it is published: its types, and an application that serves.

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const project = mkdtempSync(join(tmpdir(), "fourfold-package-"));
const oldest = "22.18.0";

const manifest = {
  name: "fresh",
  private: true,
  type: "module",
  dependencies: {},
  devDependencies: {},
};
const settings = {
  compilerOptions: {
    target: "es2023",
    lib: ["es2024", "esnext.disposable"],
    types: ["node"],
    module: "nodenext",
    moduleResolution: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    skipLibCheck: false,
    noEmit: true,
  },
  include: ["app.ts", "net.ts", "client.ts"],
};
const application = `import { api, error, resource, t } from "fourfold";
import { serve } from "fourfold/server";

const Taken = error("NAME_TAKEN", { kind: "already_exists", details: { name: t.string() } });
const kept = new Map([["1", { id: "1", name: "Ada" }]]);
const Person = resource("Person", {
  plural: "people",
  fields: { id: t.id(), name: t.string({ minLength: 1 }) },
  errors: [Taken],
  handlers: {
    get: ({ input }) => kept.get(input.id) ?? null,
    create({ input }) {
      if ([...kept.values()].some(({ name }) => name === input.name)) throw Taken({ name: input.name });
      const row = { id: String(kept.size + 1), name: input.name };
      kept.set(row.id, row);
      return row;
    },
  },
});
const server = await serve(api("fresh", { resources: [Person] }), { listen: ["127.0.0.1:0"], logLevel: "silent" });
const { name } = await server.call(Person.get, { id: "1" });
const [origin = ""] = server.origins;
const found = await fetch(\`\${origin}/people/1\`);
const post = (body: string): Promise<Response> =>
  fetch(\`\${origin}/people\`, { method: "POST", headers: { "content-type": "application/json" }, body });
const made = await post(JSON.stringify({ name: "Grace" }));
const taken = await post(JSON.stringify({ name: "Ada" }));
const invalid = await post(JSON.stringify({ name: "" }));
console.log(
  JSON.stringify([name, found.status, await found.json(), made.status, taken.status, invalid.status, process.version]),
);
await server.close();
`;
const engine = `import { connect } from "node:http2";
import { text } from "node:stream/consumers";
import { acceptWebSocket, HeadBlock, listen } from "fourfold/net";

const ok = new HeadBlock(200, ["content-type", "text/plain"]);
const listener = await listen({
  addresses: [{ host: "127.0.0.1", port: 0 }],
  handler(exchange) {
    const { upgrade, connection } = exchange.request;
    if (upgrade === null) exchange.respond(ok, null, connection.httpVersion);
    else acceptWebSocket(exchange, { message: (socket, data) => socket.send(data), closed: () => {} });
  },
});
const [address] = listener.addresses;
if (address === undefined || !("port" in address)) throw new Error("no port");
const at = \`127.0.0.1:\${address.port}\`;
const session = connect(\`http://\${at}\`);
const second = await text(session.request({ ":path": "/" }));
session.close();
const socket = new WebSocket(\`ws://\${at}/\`);
socket.onopen = () => socket.send("echoed");
const echoed = await new Promise((resolve) => {
  socket.onmessage = ({ data }) => resolve(data);
});
socket.close();
console.log(JSON.stringify([await (await fetch(\`http://\${at}/\`)).text(), second, echoed, process.version]));
await listener.drain(1000);
`;
const client = `import { api, channel, resource, t } from "fourfold";
import { createClient, remote } from "fourfold/client";
import { serve } from "fourfold/server";

const Note = resource("Note", { fields: { id: t.id(), text: t.text(), at: t.timestamp() } });
const lobby = channel("/lobby", { message: t.text() });
const options = { listen: ["127.0.0.1:0"], database: "sqlite::memory:", logLevel: "silent" } as const;
const server = await serve(api("called", { resources: [Note], channels: [lobby] }), options);
const client = createClient({ url: server.origins[0] });
const told: string[] = [];
for await (const event of client.watch(Note)) {
  told.push(event.type);
  if (event.type === "synced") await client.call(Note.create, { text: "kept", at: new Date(0) });
  if (event.type === "created") {
    told.push(event.row.at.toISOString(), (await client.call(remote.resource<typeof Note>("notes").get, { id: event.id })).at);
    break;
  }
}
const connection = client.channel(lobby);
connection.send("said");
for await (const event of connection) {
  if (event.type !== "message") continue;
  told.push(event.message);
  break;
}
client.close();
console.log(JSON.stringify([...told, process.version]));
await server.close();
`;
const wrong = `import { resource, t } from "fourfold";
export const Person = resource("Person", { fields: { id: t.id(), name: t.string() } });
export const length: number = Person;
export const misspelt = t.string({ minLenght: 1 });
`;

before(async () => {
  await run("npm", ["run", "--silent", "build"], { cwd: root });
  await run("npm", ["pack", "--silent", "--pack-destination", project], { cwd: root });
  const [packed = ""] = readdirSync(project).filter((file) => file.endsWith(".tgz"));
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(settings));
  writeFileSync(join(project, "app.ts"), application);
  writeFileSync(join(project, "net.ts"), engine);
  writeFileSync(join(project, "client.ts"), client);
  const packages = [`./${packed}`, "typescript@^7", "@types/node@^26", `node@${oldest}`];
  await run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", ...packages], {
    cwd: project,
  });
});
after(() => rmSync(project, { recursive: true, force: true }));

/** The Node of the fresh project, and the one that runs this. */
const nodes = [
  { label: `Node ${oldest}`, node: join(project, "node_modules/node/bin/node"), version: `v${oldest}` },
  { label: `Node ${process.version}`, node: process.execPath, version: process.version },
];

test("the types of the package suit a strict project, libraries checked", async () => {
  await run(process.execPath, [join(project, "node_modules/typescript/lib/tsc.js"), "-p", "."], {
    cwd: project,
  });
});

test("the types of the package are there: mistakes are found", async () => {
  mkdirSync(join(project, "wrong"));
  writeFileSync(join(project, "wrong/app.ts"), wrong);
  writeFileSync(
    join(project, "wrong/tsconfig.json"),
    JSON.stringify({ extends: "../tsconfig.json", include: ["app.ts"] }),
  );
  const compiler = join(project, "node_modules/typescript/lib/tsc.js");
  const told = await run(process.execPath, [compiler, "-p", "wrong"], { cwd: project }).then(
    () => "nothing",
    (failure: { readonly stdout: string }) => failure.stdout,
  );
  assert.match(told, /TS2322/);
  assert.match(told, /app\.ts\(4,\d+\)/);
});

test("the engine needs no other package, nor anything of fourfold but itself and its errors", () => {
  const loaded = importsFrom(join(project, "node_modules/fourfold/dist/net/index.js"));
  const foreign = [...loaded].filter((name) => !name.startsWith("node:") && !name.startsWith("/"));
  assert.deepEqual(foreign, []);
  assert.ok(loaded.has("node:net"), "imports were read");
  const bytes = [...loaded].filter((name) => name.startsWith("/")).map((file) => statSync(file).size);
  // All of fourfold is many times that.
  assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 400_000);
});

test("the client needs no other package, nothing of Node, and little room", () => {
  for (const file of ["index.js", "browser.js"]) {
    const loaded = importsFrom(join(project, "node_modules/fourfold/dist/client", file));
    assert.deepEqual(
      [...loaded].filter((name) => !name.startsWith("/")),
      [],
      file,
    );
    const bytes = [...loaded].map((path) => statSync(path).size);
    assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 60_000, `${file}: ${bytes}`);
  }
});

for (const { label, node, version } of nodes) {
  test(`the client calls, watches and speaks on ${label}`, async () => {
    const { stdout } = await run(node, ["client.ts"], { cwd: project, timeout: 20_000 });
    const epoch = "1970-01-01T00:00:00.000Z";
    assert.deepEqual(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""), [
      ...["synced", "created", epoch, epoch, "said"],
      version,
    ]);
  });

  test(`an application in TypeScript runs as it is on ${label}`, async () => {
    const { stdout } = await run(node, ["app.ts"], { cwd: project, timeout: 20_000 });
    const [name, status, body, made, taken, invalid, ran] = JSON.parse(
      stdout.trim().split("\n").at(-1) ?? "",
    );
    assert.deepEqual([name, status, body], ["Ada", 200, { id: "1", name: "Ada" }]);
    assert.deepEqual([made, taken, invalid], [201, 409, 400]);
    assert.equal(ran, version);
  });

  test(`the engine runs alone on ${label}`, async () => {
    const { stdout } = await run(node, ["net.ts"], { cwd: project, timeout: 20_000 });
    assert.deepEqual(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""), ["1.1", "2", "echoed", version]);
  });

  test(`the program of the package runs on ${label}`, async () => {
    const program = join(project, "node_modules/fourfold/dist/cli/main.js");
    const { stdout } = await run(node, [program, "--help"], { cwd: project });
    assert.match(stdout, /Usage: fourfold/);
  });

  test(`rows are kept in SQLite, and served by every protocol, on ${label}`, async () => {
    const program = join(project, "node_modules/fourfold/dist/cli/main.js");
    const file = join(project, "stored.ts");
    writeFileSync(
      file,
      `import { api, resource, t } from "fourfold";
export default api("stored", {
  resources: [resource("Note", { fields: { id: t.id(), text: t.text() } })],
  pages: { "/": new URL("./page/", import.meta.url) },
});
`,
    );
    mkdirSync(join(project, "page"), { recursive: true });
    writeFileSync(join(project, "page/index.html"), "<title>Notes</title>");
    writeFileSync(join(project, "page/main.ts"), "export const count: number = 1;");
    const database = `sqlite:${join(project, `stored-${version}.sqlite`)}`;
    const server = spawn(node, [program, "serve", file, "--listen", "127.0.0.1:0", "--database", database], {
      cwd: project,
      stdio: ["ignore", "ignore", "pipe"],
    });
    try {
      const origin = await originOf(server);
      const body = JSON.stringify({ text: "kept" });
      const headers = { "content-type": "application/json" };
      assert.equal((await fetch(`${origin}/notes`, { method: "POST", headers, body })).status, 201);
      const page: unknown = await (await fetch(`${origin}/notes?fields=text`)).json();
      assert.deepEqual(page, { notes: [{ text: "kept" }], nextPageToken: "" });
      const post = (path: string, content: object): Promise<Response> =>
        fetch(`${origin}${path}`, { method: "POST", headers, body: JSON.stringify(content) });
      const graph: unknown = await (await post("/graphql", { query: "{ notes { text } }" })).json();
      assert.deepEqual(graph, { data: { notes: [{ text: "kept" }] } });
      assert.equal((await post("/stored.v1.NoteService/ListNotes", {})).status, 200);
      assert.equal((await fetch(`${origin}/graphql/page/graphiql.js`)).status, 200);
      const text = async (path: string): Promise<string> => (await fetch(origin + path)).text();
      assert.equal(await text("/"), "<title>Notes</title>");
      assert.match(await text("/main.ts"), /^export const count *= 1;$/);
      const client = await text("/fourfold/client.js");
      assert.match(client, /createClient/);
      assert.doesNotMatch(client, /\bimport\b/);
    } finally {
      const exit = once(server, "exit");
      server.kill("SIGTERM");
      assert.deepEqual(await exit, [0, null]);
    }
  });
}

/** What a file and those that it imports import: paths of files, and names of packages. */
function importsFrom(file: string, found: Set<string> = new Set([file])): ReadonlySet<string> {
  const names = readFileSync(file, "utf8").matchAll(
    /^(?:(?:(?:import|export) .*|\}) from|import) "([^"]+)";$/gm,
  );
  for (const [, name = ""] of names) {
    const target = name.startsWith(".") ? join(dirname(file), name) : name;
    if (found.has(target)) continue;
    found.add(target);
    if (name.startsWith(".")) importsFrom(target, found);
  }
  return found;
}

/** Waits for the line that says where it is served. */
async function originOf(server: ChildProcess): Promise<string> {
  let told = "";
  for await (const chunk of server.stderr ?? []) {
    told += String(chunk);
    const origin = /http:\/\/[\w.]+:\d+/.exec(told)?.[0];
    if (origin !== undefined) return origin;
  }
  throw new Error(`The server did not start: ${told}`);
}
