import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DevTools, isRecord, type Told } from "./dev-tools.ts";

/** A page in a headless Chromium. */
export interface Page {
  /** Runs an expression in the page, waits for its promise, and gives back its value. Rejects with what it threw. */
  evaluate(expression: string): Promise<unknown>;
  /** Calls a method of the DevTools protocol for this page. */
  call(method: string, params?: object): Promise<Told>;
  /** Tells of every event of the DevTools protocol that this page has asked for. */
  listen(listener: (method: string, params: Told) => void): void;
  /** Resolves when the address has loaded. */
  open(url: string): Promise<void>;
  /** Ends the page, and the browser if it was opened for it alone. */
  close(): Promise<void>;
}

/** A headless Chromium. */
export interface Browser {
  /** An empty page, which shares nothing with the browser's other pages. */
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** Opens a page in a browser of its own. Certificates are not checked: ours is known to nobody. */
export async function openPage(folder: string, url: string): Promise<Page> {
  const browser = await openBrowser(folder);
  const page = await browser.newPage();
  await page.open(url);
  return { ...page, close: () => browser.close() };
}

/** Starts a browser; its profile is in the folder until it closes. */
export async function openBrowser(folder: string): Promise<Browser> {
  const chromium = spawn(
    "chromium",
    [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--no-proxy-server",
      "--ignore-certificate-errors",
      // Timers of a page go on though another one is in front of it.
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
      "--remote-debugging-port=0",
      `--user-data-dir=${join(folder, "profile")}`,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  const devTools = await DevTools.connect(await debuggingUrl(chromium));
  return {
    newPage: () => newPage(devTools),
    async close() {
      const exit = once(chromium, "exit");
      devTools.close();
      // The browser and its processes are one group.
      if (chromium.pid !== undefined) process.kill(-chromium.pid, "SIGKILL");
      await exit;
      rmSync(join(folder, "profile"), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

async function newPage(devTools: DevTools): Promise<Page> {
  const { browserContextId } = await devTools.call("Target.createBrowserContext", {});
  const { targetId } = await devTools.call("Target.createTarget", { url: "about:blank", browserContextId });
  const attached = await devTools.call("Target.attachToTarget", { targetId, flatten: true });
  const sessionId = String(attached["sessionId"]);
  const call = (method: string, params: object = {}): Promise<Told> =>
    devTools.call(method, params, { sessionId });
  await call("Page.enable");
  let loaded = Promise.withResolvers<void>();
  devTools.listen(sessionId, (method) => {
    if (method === "Page.loadEventFired") loaded.resolve();
  });
  return {
    call,
    listen: (listener) => devTools.listen(sessionId, listener),
    async open(url) {
      loaded = Promise.withResolvers();
      const { errorText } = await call("Page.navigate", { url });
      if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
      await loaded.promise;
    },
    async evaluate(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await call("Runtime.evaluate", options);
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return isRecord(result) ? result["value"] : undefined;
    },
    async close() {
      await devTools.call("Target.disposeBrowserContext", { browserContextId });
    },
  };
}

async function debuggingUrl(chromium: ChildProcess): Promise<string> {
  if (chromium.stderr === null) throw new Error("no standard error");
  let told = "";
  for await (const line of createInterface(chromium.stderr)) {
    const url = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      // Nobody reads the rest, and it must not block.
      chromium.stderr.resume();
      return url;
    }
    told += `${line}\n`;
  }
  throw new Error(`Chromium ended: ${told}`);
}
