import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Script } from "node:vm";
import { frameworkErrors } from "../../../src/errors/codes.ts";
import { compileApi } from "../../../src/plan/compile.ts";
import { describeOpenApi } from "../../../src/protocols/rest/describe/openapi.ts";
import { docsPage } from "../../../src/protocols/rest/docs/docs-page.ts";
import { errorIndex, errorPages } from "../../../src/protocols/rest/docs/error-pages.ts";
import type { Page } from "../../../src/protocols/rest/docs/page.ts";
import { library } from "./describe-fixture.ts";

const plan = compileApi(library);
const versions = plan.versions.map(({ name, deprecated }) => ({
  name,
  docsUrl: `/docs/v${name}`,
  openApiUrl: `/api/v${name}/openapi.json`,
  asyncApiUrl: `/api/v${name}/asyncapi.json`,
  deprecated: deprecated !== null,
}));
const docs = plan.versions.map((version) =>
  docsPage({
    title: "Library & <Friends>",
    document: describeOpenApi({ plan, version, servers: [`/api/v${version.name}`] }),
    version: version.name,
    versions,
    origin: "http://localhost:8000",
  }),
);
const errors = errorPages(plan);
const pages: ReadonlyMap<string, Page> = new Map<string, Page>([
  ...docs.map((page, index) => [`docs ${index + 1}`, page] as const),
  ["errors", errorIndex(plan)],
  ...errors,
]);

test("no text of a definition becomes markup", () => {
  for (const [name, { html }] of pages) {
    const scripts = html.match(/<script/g) ?? [];
    assert.equal(scripts.length, 1, name);
    assert.ok(!/<b onclick|<Friends>/.test(html), name);
  }
  assert.match(docs[0]?.html ?? "", /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
});

test("a page loads nothing, and its policy knows its own style and script by their hash", () => {
  for (const [name, { html, csp }] of pages) {
    const markup = markupOf(html);
    assert.ok(!/\ssrc=|@import|url\(|<link rel="stylesheet"|\sstyle="|\son\w+="/.test(markup), name);
    for (const [, address = ""] of markup.matchAll(/\shref="([^"]*)"/g))
      assert.match(address, /^(?:[/#]|data:,$)/, name);
    for (const tag of ["style", "script"]) {
      const content = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? "";
      const hash = createHash("sha256").update(content).digest("base64");
      assert.ok(csp.includes(`${tag}-src 'sha256-${hash}'`), `${name}: ${tag}`);
      if (tag === "script") new Script(content);
    }
    assert.match(csp, /^default-src 'none'/);
    assert.ok(!csp.includes("unsafe"));
  }
});

test("elements are closed in their order", () => {
  for (const [name, { html }] of pages) assert.deepEqual(unclosed(html), [], name);
});

test("ids are unique, and links within a page lead somewhere", () => {
  for (const [name, page] of pages) {
    const html = markupOf(page.html);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) < index),
      [],
      name,
    );
    for (const [, target = ""] of html.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.includes(target), target);
    for (const [, target = ""] of html.matchAll(/aria-labelledby="([^"]*)"/g))
      assert.ok(ids.includes(target), target);
  }
});

test("landmarks, language and labels are there", () => {
  for (const [name, { html }] of pages) {
    for (const part of ['<html lang="en">', "<main", "<header", 'href="#main"', 'name="viewport"'])
      assert.ok(html.includes(part), `${name}: ${part}`);
    assert.equal(html.match(/<h1/g)?.length, 1, name);
    // Each field stands in its label.
    const fields = html.match(/<(?:input|textarea)/g) ?? [];
    assert.equal(html.match(/<label[^>]*>[^<>]+<(?:input|textarea)/g)?.length ?? 0, fields.length, name);
  }
});

test("every operation has its address, a request to paste, and its errors", () => {
  const [, { html } = { html: "" }] = docs;
  for (const id of ["listUsers", "batchCreateUsers", "publishBlogPost", "searchBlogPosts", "ping", "rate"])
    assert.ok(html.includes(`<article class="operation" id="${id}"`), id);
  const text = html.replaceAll("&#39;", "'").replaceAll("&quot;", '"');
  assert.ok(text.includes("curl 'http://localhost:8000/api/v2/users'"));
  assert.ok(text.includes("-H 'content-type: application/merge-patch+json'"));
  assert.ok(text.includes("-H 'If-Match: *'"));
  assert.ok(
    text.includes("-H 'Idempotency-Key: \"a-fresh-key-1\"'") ||
      text.includes("-H 'Idempotency-Key: a-fresh-key-1'"),
  );
  assert.ok(text.includes("curl 'http://localhost:8000/api/v2/blog-posts:search?text=text'"));
  assert.ok(html.includes('href="/errors/EMAIL_TAKEN"'));
});

test("every error that a page names has a page of its own", () => {
  const [, { html } = { html: "" }] = docs;
  for (const [, code = ""] of html.matchAll(/href="\/errors\/([A-Z_]+)"/g)) assert.ok(errors.has(code), code);
  for (const code of Object.keys(frameworkErrors)) assert.ok(errors.has(code), code);
  assert.deepEqual([...errors.keys()].slice(0, 4), [
    "ALREADY_PUBLISHED",
    "BLOG_POST_NOT_FOUND",
    "EMAIL_TAKEN",
    "USER_NOT_FOUND",
  ]);
});

test("an error's page tells people and programs the same", () => {
  const page = errors.get("EMAIL_TAKEN");
  assert.ok(page !== undefined);
  const { description, advice, ...json } = page.json;
  assert.deepEqual(json, {
    code: "EMAIL_TAKEN",
    kind: "already_exists",
    http: 409,
    grpc: { code: 6, name: "ALREADY_EXISTS" },
    message: "This e-mail address is taken",
    retryable: false,
    details: { email: { type: "string", format: "email", maxLength: 254 } },
  });
  for (const part of ["EMAIL_TAKEN", "409", "ALREADY_EXISTS", String(advice)])
    assert.ok(page.html.includes(part), part);
  assert.match(String(description), /already/);
});

/** A page without what its style, script and fields contain. */
function markupOf(html: string): string {
  return html.replace(/<(style|script|textarea)\b([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");
}

const voids = new Set(["meta", "link", "input", "br"]);
function unclosed(html: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash, name = ""] of markupOf(html).matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (voids.has(name)) continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return [`${name} closes another element`];
  }
  return open;
}
