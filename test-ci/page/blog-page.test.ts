import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { JsonObject } from "fourfold";
import { type Ending, type Program, startBlog } from "../../test/examples/program.ts";
import { type Browser, openBrowser } from "../wire/chromium.ts";
import { isRecord } from "../wire/dev-tools.ts";
import { temporaryFolder, without } from "../wire/workspace.ts";
import { Visitor } from "./visitor.ts";

// The blog's page, as `npm start` serves it, in headless Chromium.

const token = "a-token-of-this-test";
const hostile = '<img src=x onerror="window.hacked = 1">';

describe("the blog's page in Chromium", { skip: without("chromium") }, () => {
  const folder = temporaryFolder();
  const ends: (() => void | Promise<void>)[] = [];
  const ending: Ending = { after: (end) => ends.push(end) };
  let blog: Program;
  let origin = "";
  let browser: Browser;
  let ada: Visitor;
  let grace: Visitor;

  const start = (listen: string): Promise<Program> =>
    startBlog(ending, {
      LISTEN: listen,
      DATABASE_URL: `sqlite:${join(folder, "blog.sqlite")}`,
      BLOG_EDITOR_TOKEN: token,
    });

  before(async () => {
    blog = await start("127.0.0.1:0");
    origin = blog.origins[0] ?? "";
    browser = await openBrowser(folder);
    [ada, grace] = await Promise.all([Visitor.at(browser, origin), Visitor.at(browser, origin)]);
    await Promise.all([isLive(ada), isLive(grace)]);
  });
  after(async () => {
    await browser?.close();
    for (const end of ends) await end();
  });

  /** The page is connected, and shows the rows that were there. */
  async function isLive(visitor: Visitor): Promise<void> {
    await visitor.sees("Live", "#connection");
    await visitor.sees("Ada Lovelace", "#users");
    await visitor.sees("Nanoseconds", "#posts");
    await visitor.sees("You are in the lobby", "#messages");
  }

  async function rest(method: string, path: string, content?: JsonObject, at = origin): Promise<JsonObject> {
    const answer = await fetch(`${at}/api/v2${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    assert.ok(answer.ok, await answer.clone().text());
    return answer.status === 204 ? {} : ((await answer.json()) as JsonObject);
  }

  const createUser = (displayName: string, at = origin): Promise<JsonObject> =>
    rest("POST", "/users", { displayName, email: `${crypto.randomUUID()}@example.com` }, at);

  const row = (id: unknown): string => `[data-id="${id}"]`;

  /** Presses Tab until an element has the focus. */
  async function tabTo(visitor: Visitor, selector: string): Promise<void> {
    const hasFocus = `document.activeElement?.matches(${JSON.stringify(selector)})`;
    for (let presses = 0; presses < 60; presses++) {
      if (await visitor.page.evaluate(hasFocus)) return;
      await visitor.press("Tab");
    }
    assert.fail(`${selector} is not reached`);
  }

  test("a user is made by keyboard alone, and the focus comes back", async () => {
    await ada.press("Tab");
    assert.equal(await ada.page.evaluate("document.activeElement.innerText"), "Skip to the posts");
    await tabTo(ada, "#users [data-action=create]");
    await ada.press("Enter");
    assert.equal(await ada.page.evaluate("document.activeElement.labels[0].innerText"), "Name");
    await ada.write("Alan Turing");
    await ada.press("Tab");
    await ada.write("alan@example.com");
    await ada.press("Enter");
    await ada.sees("Alan Turing", "#users .rows");
    await ada.holds(`document.activeElement.matches("#users [data-action=create]")`);
    await grace.sees("Alan Turing", "#users .rows");
    await grace.sees("created user Alan Turing", "#changes");
  });

  test("bad input gets the server's message at its field", async () => {
    await ada.click("#users [data-action=create]");
    await ada.fill("#user-email", "no address");
    await ada.press("Enter");
    await ada.sees("Must have at least 1 character. Send 1 character or more.", "#user-name-error");
    await ada.sees("Must be an e-mail address.", "#user-email-error");
    assert.deepEqual(
      await ada.page.evaluate(
        `[...document.querySelectorAll("#user-dialog [aria-invalid=true]")].map(({ id }) => id)`,
      ),
      ["user-name", "user-email"],
    );
    assert.equal(await ada.page.evaluate("document.activeElement.id"), "user-name");
    await ada.fill("#user-name", "Another Ada");
    await ada.fill("#user-email", "ada@example.com");
    await ada.press("Enter");
    await ada.sees("Another user has this e-mail address", "#user-email-error");
    assert.equal(await ada.page.evaluate(`document.querySelector("#user-name-error").hidden`), true);
    await ada.press("Escape");
    await ada.holds(`!document.querySelector("#user-dialog").open`);
  });

  test("what others change is changed in place, marked, and told; nothing is lost of where one is", async () => {
    const { id } = await createUser("Before");
    await ada.sees("Before", row(id));
    await ada.page.evaluate(`{
      window.kept = document.querySelector('${row(id)}');
      kept.querySelector("[data-action=edit]").focus();
    }`);
    await rest("PATCH", `/users/${id}`, { displayName: "Afterwards" });
    await ada.sees("Afterwards", row(id));
    assert.equal(await ada.page.evaluate(`kept === document.querySelector('${row(id)}')`), true);
    assert.ok(await ada.page.evaluate("kept.dataset.touched !== undefined"));
    assert.equal(await ada.page.evaluate("document.activeElement.ariaLabel"), "Edit Afterwards");
    await ada.sees("updated user Afterwards", "#changes");
    await rest("DELETE", `/users/${id}`);
    await ada.holds(`document.querySelector('${row(id)}') === null`);
    await ada.sees("deleted user Afterwards", "#changes");
    assert.ok(await ada.page.evaluate(`document.activeElement.matches("#users .row button")`));
  });

  test("a post is written, changed and deleted; one whose author is renamed tells so", async () => {
    const { id: author } = await createUser("Jean Bartik");
    await ada.sees("Jean Bartik", row(author));
    await ada.click("#posts [data-action=create]");
    await ada.sees("Jean Bartik", "#post-author");
    await ada.fill("#post-title", "On ENIAC");
    await ada.fill("#post-author", String(author));
    await ada.fill("#post-content", "First line\nsecond line");
    await ada.click("#post-dialog [type=submit]");
    await grace.sees("On ENIAC", "#posts");
    await grace.sees("Jean Bartik", "#posts");
    await rest("PATCH", `/users/${author}`, { displayName: "Betty Jean Bartik" });
    await grace.sees("Betty Jean Bartik", "#posts");
    await grace.click(`#posts .row:first-child [data-action=edit]`);
    await grace.holds(`document.querySelector("#post-title").value === "On ENIAC"`);
    await grace.fill("#post-title", "On the ENIAC");
    await grace.click("#post-dialog [type=submit]");
    await ada.sees("On the ENIAC", "#posts");
    await ada.click(`#posts .row:first-child [data-action=delete]`);
    await ada.sees("Delete On the ENIAC?", "#delete-dialog");
    await ada.click("#delete-dialog [type=submit]");
    await grace.holds(`!document.querySelector("#posts").innerText.includes("ENIAC")`);
    await ada.holds(`!document.querySelector("#delete-dialog").open`);
  });

  test("who saves over what somebody else has changed meanwhile is told so first", async () => {
    const { id } = await createUser("Kay McNulty");
    await ada.sees("Kay McNulty", row(id));
    await ada.click(`${row(id)} [data-action=edit]`);
    await ada.holds(`document.querySelector("#user-dialog").open`);
    await rest("PATCH", `/users/${id}`, { displayName: "Kathleen McNulty" });
    await ada.fill("#user-name", "Kay Mauchly");
    await ada.press("Enter");
    await ada.sees("Somebody else has changed this", "#user-dialog .form-error");
    await ada.press("Enter");
    await grace.sees("Kay Mauchly", row(id));
  });

  test("only editors publish: the token is asked for, and a wrong one does not do", async () => {
    await ada.click("#posts [data-action=publish]:not([hidden])");
    await ada.sees("Only editors may publish", "#editor-dialog .form-error");
    await ada.fill("#editor-token", "wrong");
    await ada.press("Enter");
    await ada.holds(
      `document.querySelector("#editor-dialog .form-error").textContent !== "" && !document.querySelector("#editor-dialog [type=submit]").disabled`,
    );
    await ada.sees("Only editors may publish", "#editor-dialog .form-error");
    await ada.fill("#editor-token", token);
    await ada.press("Enter");
    await ada.sees("Sign out", "#editor");
    await grace.sees("published post Nanoseconds", "#changes");
    await grace.holds(`document.querySelector("#posts [data-action=publish]:not([hidden])") === null`);
  });

  test("the lobby: each reads what the other says, and says who they are", async () => {
    await ada.fill("#say-name", "Ada");
    await ada.fill("#say-text", "good morning");
    await ada.press("Enter");
    await Promise.all([
      ada.sees("Ada good morning", "#messages"),
      grace.sees("Ada good morning", "#messages"),
    ]);
    await grace.fill("#say-text", "and to you");
    await grace.press("Enter");
    await ada.sees("and to you", "#messages");
    assert.equal(await grace.page.evaluate(`document.querySelector("#say-text").value`), "");
  });

  test("what strangers write stays text, wherever it is shown", async () => {
    const { id } = await createUser(hostile);
    await rest("POST", "/posts", { title: hostile, content: hostile, authorId: String(id) });
    await ada.fill("#say-name", hostile.slice(0, 40));
    await ada.fill("#say-text", hostile);
    await ada.press("Enter");
    for (const place of [
      "#users",
      "#posts .row h3",
      "#posts .byline",
      "#posts .content",
      "#changes",
      "#messages",
    ])
      await grace.sees(hostile, place);
    await grace.click("#posts [data-action=create]");
    await grace.sees(hostile, "#post-author");
    await grace.press("Escape");
    assert.equal(await grace.page.evaluate(`document.querySelectorAll("main img, dialog img").length`), 0);
    assert.equal(await grace.page.evaluate("window.hacked"), undefined);
    await rest("DELETE", `/users/${id}`);
    await grace.holds(`!document.querySelector("#posts .rows").innerText.includes("onerror")`);
  });

  test("long lists come in parts, newest first", async () => {
    const made = [];
    for (let count = 1; count <= 15; count++) made.push(await createUser(`Reader ${count}`));
    const later = await Visitor.at(browser, origin);
    await later.sees("Reader 15", "#users");
    const names = await later.texts("#users .row h3");
    assert.deepEqual(names.slice(0, 2), ["Reader 15", "Reader 14"]);
    assert.equal(names.length, 12);
    await later.click("#users .more");
    await later.sees("Ada Lovelace", "#users");
    const all = await later.texts("#users .row h3");
    assert.equal(new Set(all).size, all.length);
    assert.equal(await later.page.evaluate("document.activeElement.ariaLabel"), `Edit ${all[12]}`);
    await later.holds(`document.querySelector("#users .more").hidden`);
    for (const { id } of made) await rest("DELETE", `/users/${id}`);
    await later.holds(`!document.querySelector("#users").innerText.includes("Reader")`);
    await later.page.close();
  });

  test("what changes while a list is on its way is there as well, as it is then", async () => {
    const [kept, gone] = [await createUser("To be changed"), await createUser("To be deleted")];
    // Answers that hold lists wait in this page until they are let go; all else that the socket brings does not.
    const late = await Visitor.at(browser, "about:blank");
    await late.page.call("Page.addScriptToEvaluateOnNewDocument", {
      source: `{
        const held = [];
        window.heldBack = () => held.length;
        window.letGo = () => held.splice(0).forEach((deliver) => deliver());
        const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
        Object.defineProperty(WebSocket.prototype, "onmessage", {
          set(listener) {
            set.call(this, (event) => {
              if (String(event.data).includes('"nextPageToken"')) held.push(() => listener(event));
              else listener(event);
            });
          },
        });
      }`,
    });
    await late.page.open(origin);
    await late.holds("heldBack() === 2");
    await rest("PATCH", `/users/${kept["id"]}`, { displayName: "Changed" });
    await rest("DELETE", `/users/${gone["id"]}`);
    const made = await createUser("Made meanwhile");
    await late.sees("created user Made meanwhile", "#changes");
    assert.deepEqual(await late.texts("#users .row h3"), []);
    await late.page.evaluate("letGo()");
    await late.sees("Changed", "#users");
    const names = await late.texts("#users .row h3");
    assert.deepEqual(names.slice(0, 2), ["Made meanwhile", "Changed"]);
    assert.ok(!names.includes("To be deleted") && names.includes("Ada Lovelace"));
    await late.page.close();
    for (const { id } of [kept, made]) await rest("DELETE", `/users/${id}`);
  });

  test("light and dark, by the system and by the button, which is remembered", async () => {
    const colour = "getComputedStyle(document.body).backgroundColor";
    await grace.media({ "prefers-color-scheme": "dark" });
    const dark = await grace.page.evaluate(colour);
    assert.equal(await grace.page.evaluate(`document.querySelector("#theme").ariaPressed`), "true");
    await grace.click("#theme");
    assert.notEqual(await grace.page.evaluate(colour), dark);
    await grace.page.open(origin);
    await isLive(grace);
    assert.notEqual(await grace.page.evaluate(colour), dark);
    await grace.click("#theme");
    assert.equal(await grace.page.evaluate(colour), dark);
    await grace.media({});
  });

  test("on a phone nothing is wider than the screen, and what one touches is large enough", async () => {
    await grace.size(360, 740);
    assert.equal(await grace.page.evaluate("document.documentElement.scrollWidth"), 360);
    const small = await grace.page.evaluate(`[...document.querySelectorAll("button, .jump a")]
      .filter((each) => each.checkVisibility())
      .map((each) => [each.innerText, each.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 40 || height < 40)
      .map(([text, { width, height }]) => [text, width, height].join(" "))`);
    assert.deepEqual(small, []);
    await grace.click("#users [data-action=create]");
    assert.equal(
      await grace.page.evaluate(
        `document.querySelector("#user-dialog").getBoundingClientRect().right <= 360`,
      ),
      true,
    );
    await grace.press("Escape");
    await grace.size(1280, 860);
  });

  test("with less motion nothing fades", async () => {
    const { id } = await createUser("Marked");
    const animation = `getComputedStyle(document.querySelector('${row(id)}'), "::before").animationName`;
    await grace.sees("Marked", row(id));
    assert.equal(await grace.page.evaluate(animation), "touched");
    await grace.media({ "prefers-reduced-motion": "reduce" });
    assert.equal(await grace.page.evaluate(animation), "none");
    await grace.media({});
    await rest("DELETE", `/users/${id}`);
  });

  test("axe finds nothing: names, roles, contrast, in both themes, with dialogs and errors", async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await grace.page.evaluate(`${axe}; undefined`);
    const check = async (where: string): Promise<void> => {
      const found = await grace.page.evaluate(`axe.run().then(({ violations, passes }) => ({
        passes: passes.map(({ id }) => id),
        violations: violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")),
      }))`);
      assert.ok(isRecord(found) && Array.isArray(found["passes"]));
      for (const rule of ["color-contrast", "button-name", "region"])
        assert.ok(found["passes"].includes(rule), `${where}: ${rule}`);
      assert.deepEqual(found["violations"], [], where);
    };
    for (const scheme of ["light", "dark"]) {
      await grace.media({ "prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce" });
      await grace.holds(`document.querySelector("[data-touched]") === null`);
      await check(`${scheme}, wide`);
      await grace.size(360, 740);
      await check(`${scheme}, narrow`);
      await grace.size(1280, 860);
      await grace.click("#users [data-action=create]");
      await grace.press("Enter");
      await grace.holds(`!document.querySelector("#user-name-error").hidden`);
      await check(`${scheme}, with errors`);
      await grace.press("Escape");
    }
    await grace.media({});
  });

  test("nothing came from elsewhere, nothing was stopped, nobody complained", () => {
    for (const { requests, complaints } of [ada, grace]) {
      assert.ok(requests.length > 15);
      const elsewhere = requests.filter(
        (url) => url.replace(/^ws:/, "http:").startsWith(`${origin}/`) === false,
      );
      assert.deepEqual(elsewhere, []);
      assert.deepEqual(complaints, []);
    }
  });

  /** Ends the server, changes the database by another that nobody here is connected to, and starts it again where it was. */
  async function restart(signal: NodeJS.Signals): Promise<void> {
    blog.kill(signal);
    await blog.exited;
    for (const visitor of [ada, grace]) await visitor.sees("Reconnecting", "#connection");
    const other = await start("127.0.0.1:0");
    const elsewhere = other.origins[0] ?? "";
    const away = [];
    for (let count = 1; count <= 5; count++)
      away.push(await createUser(`${signal}, away ${count}`, elsewhere));
    const [changed, gone] = away.map(({ id }) => `/users/${id}`);
    await rest("PATCH", changed ?? "", { displayName: `${signal}, away and changed` }, elsewhere);
    await rest("DELETE", gone ?? "", undefined, elsewhere);
    other.kill("SIGTERM");
    await other.exited;
    blog = await start(`127.0.0.1:${new URL(origin).port}`);
    for (let count = 1; count <= 5; count++) await createUser(`${signal}, back ${count}`);
  }

  for (const signal of ["SIGTERM", "SIGKILL"] as const)
    test(`the server goes away (${signal}) and comes back: nothing is missed, and nothing shown twice`, async () => {
      const before = await ada.texts("#users .row h3");
      await restart(signal);
      const newest = ["back 5", "back 4", "back 3", "back 2", "back 1", "away 5", "away 4", "away 3"];
      const names = [...newest, "away and changed"].map((name) => `${signal}, ${name}`);
      const five = [1, 2, 3, 4, 5];
      const changes = [
        ...five.map((count) => `created user ${signal}, away ${count}`),
        ...[`updated user ${signal}, away and changed`, `deleted user ${signal}, away 2`],
        ...five.map((count) => `created user ${signal}, back ${count}`),
      ];
      for (const visitor of [ada, grace]) {
        await visitor.sees(`created user ${signal}, back 5`, "#changes");
        await visitor.sees("Live", "#connection");
        assert.deepEqual((await visitor.texts("#users .row h3")).slice(0, names.length), names);
        const told = (await visitor.texts("#changes li p")).slice(0, changes.length).reverse();
        assert.deepEqual(told, changes);
      }
      assert.deepEqual((await ada.texts("#users .row h3")).slice(names.length), before);
      for (const visitor of [ada, grace])
        await visitor.holds(
          `document.querySelector("#messages li:last-child").innerText.includes("You are back")`,
        );
      await ada.fill("#say-text", `still here after ${signal}`);
      await ada.press("Enter");
      await grace.sees(`still here after ${signal}`, "#messages");
    });
});
