import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTest } from "fourfold/testing";
import blog, { Post, User } from "../../examples/blog/api.ts";
import { openBrowser } from "../wire/chromium.ts";
import { Visitor } from "./visitor.ts";

// `node --conditions=fourfold-source test-ci/page/screenshot.ts FOLDER`: pictures of the blog's page with something on it, to be looked at.
// docs/blog-page.png is its light.png.

const folder = process.argv[2] ?? "screenshots";
mkdirSync(folder, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), "fourfold-screenshot-"));
const server = await startTest(blog);
const browser = await openBrowser(profile);
try {
  const visitor = await Visitor.at(browser, server.origin);
  await visitor.size(1360, 850);
  await visitor.sees("You are in the lobby", "#messages");
  await visitor.sees("Nanoseconds", "#posts");
  await fill(visitor);
  await picture(visitor, "light");
  await visitor.media({ "prefers-color-scheme": "dark" });
  await picture(visitor, "dark");
  await visitor.size(360, 780, 2);
  await picture(visitor, "phone-dark");
  await visitor.media({ "prefers-color-scheme": "light" });
  await picture(visitor, "phone");
  await visitor.click(".jump a[href='#lobby']");
  await visitor.media({ "prefers-color-scheme": "light", "prefers-reduced-motion": "reduce" });
  await picture(visitor, "phone-lobby");
  await visitor.click("#users [data-action=create]");
  await visitor.fill("#user-email", "ada@example");
  await visitor.press("Enter");
  await visitor.holds(`!document.querySelector("#user-name-error").hidden`);
  await picture(visitor, "phone-form");
  await visitor.size(900, 900);
  await picture(visitor, "tablet-form");
  await visitor.press("Escape");
  await picture(visitor, "tablet");
} finally {
  await browser.close();
  await server.close();
  rmSync(profile, { recursive: true, force: true });
}

async function fill(visitor: Visitor): Promise<void> {
  const people = [];
  for (const [displayName, email] of [
    ["Jean Bartik", "jean@example.com"],
    ["Edsger W. Dijkstra", "edsger@example.com"],
    ["Barbara Liskov", "barbara@example.com"],
  ] as const)
    people.push(await server.call(User.create, { displayName, email }));
  const post = await server.call(Post.create, {
    title: "On substitution",
    content:
      "What is wanted here is something like this: if for each object of one type there is an object of another,\nso that no program can tell them apart, then the one is a subtype of the other.",
    authorId: people[2]?.id ?? "",
  });
  for (const [name, text] of [
    ["Ada", "Has anybody read the note on Bernoulli numbers?"],
    ["Grace", "Twice. There is a bug in line 4 :-)"],
    ["Ada", "A transposed fraction. I shall mend it tonight."],
  ] as const) {
    await visitor.fill("#say-name", name);
    await visitor.fill("#say-text", text);
    await visitor.press("Enter");
    await visitor.sees(text, "#messages");
  }
  const editor = { id: "editor", roles: ["editor"], claims: {} };
  await server.call(Post.update, { id: post.id, title: "On substitutability" }, editor);
  await visitor.sees("updated post On substitutability", "#changes");
}

async function picture(visitor: Visitor, name: string): Promise<void> {
  await visitor.holds("document.getAnimations().every(({ playState }) => playState !== 'pending')");
  writeFileSync(join(folder, `${name}.png`), await visitor.screenshot());
}
