import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "undici";

/** A page in a headless Chromium. */
export interface Page {
  /** Runs an expression in the page, waits for its promise, and gives back its value. Rejects with what it threw. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens a page. Certificates are not checked: ours is known to nobody. */
export async function openPage(folder: string, url: string): Promise<Page> {
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
      "--remote-debugging-port=0",
      `--user-data-dir=${join(folder, "profile")}`,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  const browser = await DevTools.connect(await debuggingUrl(chromium));
  const { targetId } = await browser.call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await browser.call("Target.attachToTarget", { targetId, flatten: true });
  const session = { sessionId: String(sessionId) };
  await browser.call("Page.enable", {}, session);
  const loaded = browser.event("Page.loadEventFired");
  const { errorText } = await browser.call("Page.navigate", { url }, session);
  if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
  await loaded;
  return {
    async evaluate(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await browser.call("Runtime.evaluate", options, session);
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return isRecord(result) ? result["value"] : undefined;
    },
    async close() {
      const exit = once(chromium, "exit");
      browser.close();
      // The browser and its processes are one group.
      if (chromium.pid !== undefined) process.kill(-chromium.pid, "SIGKILL");
      await exit;
      rmSync(join(folder, "profile"), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
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

type Answer = Readonly<Record<string, unknown>>;

/** The DevTools protocol over its WebSocket. */
class DevTools {
  readonly #socket: WebSocket;
  readonly #calls = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #events = new Map<string, () => void>();
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)));
    socket.onclose = () => {
      for (const call of this.#calls.values()) call.reject(new Error("Chromium is gone"));
    };
  }

  static async connect(url: string): Promise<DevTools> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new DevTools(socket);
  }

  call(method: string, params: object, session: { sessionId?: string } = {}): Promise<Answer> {
    this.#lastId += 1;
    const answer = Promise.withResolvers<Answer>();
    this.#calls.set(this.#lastId, answer);
    this.#socket.send(JSON.stringify({ id: this.#lastId, method, params, ...session }));
    return answer.promise;
  }

  /** Resolves at the next event of this name. */
  event(method: string): Promise<void> {
    return new Promise((resolve) => {
      this.#events.set(method, resolve);
    });
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: Answer): void {
    const { id, method, result, error } = message;
    if (typeof method === "string") this.#events.get(method)?.();
    if (typeof id !== "number") return;
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error !== undefined) call?.reject(new Error(JSON.stringify(error)));
    else call?.resolve(isRecord(result) ? result : {});
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
