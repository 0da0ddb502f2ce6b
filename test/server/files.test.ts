import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { type Api, api, channel, type Pages, query, t } from "fourfold";
import { DefinitionError, StartError, serve } from "fourfold/server";
import { startTest, type TestServer } from "fourfold/testing";

const inline = 'console.log("inline")';
const home = `<!doctype html><title>Home</title><style>b{}</style><script>\r\n${inline}</script><script src="a.js">x</script>`;
const long = `/* ${"long ".repeat(400)} */`;

let root = "";
let server: TestServer;

/** Puts files into a folder of the test's, and answers where that is. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<URL> {
  const folder = await mkdtemp(join(root, "pages-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return pathToFileURL(`${folder}/`);
}

function withPages(pages: Pages): Api {
  const bare = query("bare", { output: t.string(), handle: () => "bare" });
  const slug = query("slug", {
    input: { slug: t.string() },
    output: t.string(),
    rest: "GET /{slug}",
    handle: ({ input }) => `slug ${input.slug}`,
  });
  const room = channel("/room", { message: t.text() });
  return api("site", { operations: [bare, slug], channels: [room], pages });
}

before(async () => {
  root = await mkdtemp(join(tmpdir(), "fourfold-files-"));
  const site = await folderOf({
    "index.html": home,
    "style.css": long,
    "page.ts": "const text: string = 'typed';\nexport { text };\n",
    "page.d.ts": "export {};",
    "wrong.ts": "enum Wrong { A }",
    "about us?.txt": "about",
    "picture.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "data.bin": "data",
    ".secret": "not for you",
    ".git/config": "not for you",
    "shop/index.html": "<title>Shop</title>",
    "shop/deep/index.html": "<title>Deep</title>",
  });
  await writeFile(join(root, "outside.txt"), "out of it");
  await symlink(join(root, "outside.txt"), new URL("linked.txt", site));
  await symlink(root, new URL("linked", site));
  const robots = await folderOf({ "robots.txt": "User-agent: *" });
  const framed = await folderOf({ "index.html": "<title>Framed</title>" });
  server = await startTest(
    withPages({
      "/": site,
      "/robots.txt": new URL("robots.txt", robots),
      "/framed/": { from: framed, contentSecurityPolicy: "frame-ancestors *" },
    }),
  );
});
after(async () => {
  await server?.close();
  await rm(root, { recursive: true, force: true });
});

test("a folder's files stand at their names, index.html at the folder", async () => {
  const expected: Record<string, readonly [string, string]> = {
    "/": ["text/html; charset=utf-8", home],
    "/style.css": ["text/css; charset=utf-8", long],
    "/about%20us%3F.txt": ["text/plain; charset=utf-8", "about"],
    "/picture.svg": ["image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    "/data.bin": ["application/octet-stream", "data"],
    "/linked.txt": ["text/plain; charset=utf-8", "out of it"],
    "/robots.txt": ["text/plain; charset=utf-8", "User-agent: *"],
    "/shop/deep/": ["text/html; charset=utf-8", "<title>Deep</title>"],
  };
  for (const [path, [type, text]] of Object.entries(expected)) {
    const answer = await server.request(`GET ${path}`);
    assert.deepEqual([answer.status, answer.headers["content-type"], answer.text], [200, type, text], path);
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    const head = await server.request(`HEAD ${path}`);
    assert.deepEqual([head.status, head.headers["etag"], head.text], [200, answer.headers["etag"], ""]);
  }
});

test("a folder without its last slash leads to it, with the query", async () => {
  for (const [path, target] of [
    ["/shop", "/shop/"],
    ["/shop/deep?a=1", "/shop/deep/?a=1"],
    ["/framed", "/framed/"],
  ]) {
    const answer = await server.request(`GET ${path}`);
    assert.deepEqual([answer.status, answer.headers["location"]], [308, target]);
  }
});

test("TypeScript is served as JavaScript, and Node does not warn of it", async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error): number => warnings.push(warning);
  process.on("warning", hear);
  const answer = await server.request("GET /page.ts");
  assert.equal(answer.headers["content-type"], "text/javascript; charset=utf-8");
  const module: { text: string } = await import(`data:text/javascript,${encodeURIComponent(answer.text)}`);
  assert.equal(module.text, "typed");
  process.off("warning", hear);
  assert.deepEqual(warnings, []);
  const wrong = await server.request("GET /wrong.ts");
  assert.equal(wrong.status, 500);
  assert.ok(!wrong.text.includes("enum"));
});

test("nothing else is to be had, however it is asked for", async () => {
  const paths = [
    ...[
      "/.secret",
      "/.git/config",
      "/page.d.ts",
      "/linked/outside.txt",
      "/linked/",
      "/index.html",
      "/shop/index.html",
    ],
    ...[
      "/../outside.txt",
      "/shop/../../outside.txt",
      "/%2e%2e/outside.txt",
      "/..%2foutside.txt",
      "/shop/..%5c..%5coutside.txt",
    ],
    ...[
      "//style.css",
      "/style.css/",
      "/style.css%00",
      "/STYLE.CSS",
      "/./style.css",
      "/shop//",
      "/robots.txt/",
    ],
  ];
  for (const path of paths) {
    const [head = "", body = ""] = (
      await raw(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    ).split("\r\n\r\n");
    assert.ok(!/not for you|out of it/.test(body) && !body.includes(long), path);
    // A path of one part may be a slug.
    assert.match(head, /^HTTP\/1\.1 (40\d |200 OK\r\ncontent-type: application\/json)/, path);
  }
});

/** Sends bytes as they are: clients put paths in order before they ask for them. */
async function raw(text: string): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  socket.end(text);
  let answer = "";
  for await (const part of socket) answer += String(part);
  return answer;
}

test("other methods are refused, and files go before a parameter of REST", async () => {
  const refused = await server.request("POST /style.css");
  assert.deepEqual([refused.status, refused.headers["allow"]], [405, "GET, HEAD, OPTIONS"]);
  assert.equal((await server.request("OPTIONS /")).status, 204);
  assert.equal((await server.request("GET /other")).json, "slug other");
  assert.equal((await server.request("GET /bare")).json, "bare");
});

test("ETags, compression, and both", async () => {
  const plain = await server.request("GET /style.css");
  for (const [coding, decode] of [
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const) {
    const headers = { "accept-encoding": coding };
    const coded = await server.request("GET /style.css", { headers });
    assert.deepEqual([coded.headers["content-encoding"], coded.headers["vary"]], [coding, "accept-encoding"]);
    assert.equal(decode(coded.bytes).toString(), long);
    const tag = coded.headers["etag"] ?? "";
    assert.notEqual(tag, plain.headers["etag"]);
    const same = await server.request("GET /style.css", { headers: { ...headers, "if-none-match": tag } });
    assert.deepEqual([same.status, same.text, same.headers["etag"]], [304, "", tag]);
  }
  const small = await server.request("GET /data.bin", { headers: { "accept-encoding": "br" } });
  assert.equal(small.headers["content-encoding"], undefined);
  assert.equal(plain.headers["cache-control"], "no-cache");
});

test("the policy of HTML lets nothing in but the page's own", async () => {
  const policy = (await server.request("GET /")).headers["content-security-policy"] ?? "";
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  assert.ok(policy.startsWith("default-src 'none'; "), policy);
  assert.ok(
    policy.includes(`; script-src 'self' ${hash(`\n${inline}`)}; style-src 'self' ${hash("b{}")}; `),
    policy,
  );
  assert.ok(!policy.includes("unsafe"));
  const framed = await server.request("GET /framed/");
  assert.equal(framed.headers["content-security-policy"], "frame-ancestors *");
  assert.match(
    (await server.request("GET /picture.svg")).headers["content-security-policy"] ?? "",
    /default-src 'none'/,
  );
});

test("a file that changes is served as it is then; one that goes is gone", async () => {
  const folder = await folderOf({ "a.txt": "before" });
  await using changing = await startTest(withPages({ "/": folder }));
  const before = await changing.request("GET /a.txt");
  await writeFile(new URL("a.txt", folder), "afterwards");
  await writeFile(new URL("new.txt", folder), "new");
  const later = await changing.request("GET /a.txt");
  assert.deepEqual([before.text, later.text], ["before", "afterwards"]);
  assert.notEqual(before.headers["etag"], later.headers["etag"]);
  assert.equal((await changing.request("GET /new.txt")).json, "slug new.txt");
  await rm(new URL("a.txt", folder));
  assert.equal((await changing.request("GET /a.txt")).status, 404);
});

test("the client is there for pages, as a module without imports of packages", async () => {
  let [path, text] = ["/fourfold/client.js", ""];
  const first = await server.request(`GET ${path}`);
  if (first.status === 302 || first.status === 308) path = first.headers["location"] ?? "";
  const seen = new Set<string>();
  const walk = async (at: string): Promise<void> => {
    if (seen.has(at)) return;
    seen.add(at);
    const answer = await server.request(`GET ${at}`);
    assert.equal(answer.status, 200, at);
    text += answer.text;
    for (const [, target = ""] of answer.text.matchAll(/^(?:import|export)\s[^"';]*?from\s+"([^"]+)"/gm)) {
      assert.ok(target.startsWith("."), `${at} imports ${target}`);
      await walk(new URL(target, `http://x${at}`).pathname);
    }
  };
  await walk(path);
  assert.match(text, /createClient/);
});

test("what cannot be served is told at start", async () => {
  const quiet = { listen: ["127.0.0.1:0"], logLevel: "silent" } as const;
  const html = { "index.html": "" };
  const cases: readonly (readonly [Pages, RegExp])[] = [
    [{ "/": new URL("missing/", pathToFileURL(`${root}/`)) }, /no folder .*missing/],
    [{ "/a.txt": new URL("missing.txt", pathToFileURL(`${root}/`)) }, /no file .*missing\.txt/],
    [{ "/": await folderOf({ "package.json": "{}" }) }, /folder of a package/],
    [{ "/": await folderOf({ "a/node_modules/x.js": "" }) }, /folder of a package/],
    [{ "/": await folderOf({ docs: "" }) }, /at \/docs, where there is something else/],
    [{ "/": await folderOf({ bare: "" }) }, /at \/bare/],
    [{ "/": await folderOf({ room: "" }) }, /at \/room/],
    [{ "/": await folderOf({ rpc: "" }) }, /at \/rpc/],
    [{ "/": await folderOf({ graphql: "" }) }, /at \/graphql/],
    [{ "/": await folderOf({ "grpc.health.v1.Health/Check": "" }) }, /at \/grpc\.health/],
    [{ "/": await folderOf({ "a/index.html": "" }), "/a/": await folderOf(html) }, /both be at \/a\//],
  ];
  for (const [pages, message] of cases)
    await assert.rejects(serve(withPages(pages), quiet), (thrown) => {
      assert.ok(thrown instanceof StartError, String(thrown));
      assert.match(thrown.message, message);
      return true;
    });
});

test("what is no form of pages is a mistake of the definition, each with its mend", async () => {
  const folder = pathToFileURL(`${root}/`);
  const pages: unknown = {
    "no-slash": folder,
    "/a/../b/": folder,
    "/shop": folder,
    "/text/": "./page/",
    "/web/": new URL("https://example.com/"),
    "/policy/": { from: folder, contentSecurityPolicy: "a\nb" },
    "/option/": { from: folder, csp: "" },
  };
  const definition: Api = { kind: "api", name: "site", options: { pages: pages as Pages } };
  await assert.rejects(serve(definition, { listen: ["127.0.0.1:0"], logLevel: "silent" }), (thrown) => {
    assert.ok(thrown instanceof DefinitionError, String(thrown));
    assert.deepEqual(
      thrown.mistakes.map(({ place, message }) => [place.replace(/^api\.pages/, ""), message]),
      [
        ['["no-slash"]', "is no path"],
        ['["no-slash"]', "has a folder at a path that does not end in /"],
        ['["/a/../b/"]', "is no path"],
        ['["/shop"]', "has a folder at a path that does not end in /"],
        ['["/text/"]', "is no URL of a folder or file"],
        ['["/web/"]', "is no URL of a folder or file"],
        ['["/policy/"]', "has a contentSecurityPolicy that no header field can hold"],
        ['["/option/"]', 'has an unknown option "csp"'],
      ],
    );
    return true;
  });
});
