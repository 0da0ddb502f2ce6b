import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LanguageServer } from "./language-server.ts";

/** How long an editor waited, in ms. */
export interface CompletionTimes {
  /** In fresh servers: from opening a file to the first answer about it, for which the whole project is read. */
  readonly opening: readonly number[];
  /** In fresh servers: the first completion after that. */
  readonly first: readonly number[];
  /** In one server: each after a keystroke, which makes the server look at the file again. */
  readonly others: readonly number[];
}

/** What is completed within a handler, and one of the names that must then be offered. */
const probes = [
  ["input", "notify"],
  ["target", "closedAt"],
  ["db(Thing)", "update"],
  ["log", "info"],
  ["Thing.fields", "email"],
] as const;

/** Completes members in the handler of one file of the application, as somebody who types does; in several servers, one after the other. */
export async function measureCompletion(
  folder: string,
  file: string,
  servers: number,
): Promise<CompletionTimes> {
  const opening: number[] = [];
  const first: number[] = [];
  let others: readonly number[] = [];
  for (let each = 0; each < servers; each++) {
    const server = await LanguageServer.open(folder);
    try {
      const typist = new Typist(server, join(folder, "src", file));
      opening.push(await timed(() => typist.open()));
      first.push(await timed(() => typist.complete("input", "notify")));
      if (each === 0) others = await completeOften(typist);
    } finally {
      await server.close();
    }
  }
  return { opening, first, others };
}

/** How long it takes to open a file of a project, in ms: whatever else is in that project is read for it. */
export async function measureOpening(folder: string, file: string, servers: number): Promise<number[]> {
  const times: number[] = [];
  for (let each = 0; each < servers; each++) {
    const server = await LanguageServer.open(folder);
    try {
      times.push(await timed(() => new Typist(server, join(folder, "src", file)).open()));
    } finally {
      await server.close();
    }
  }
  return times;
}

async function completeOften(typist: Typist): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < 6; round++)
    for (const [expression, offered] of probes)
      times.push(await timed(() => typist.complete(expression, offered)));
  return times;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Types a member access on a line of its own at the start of the first command's handler. */
class Typist {
  readonly #server: LanguageServer;
  readonly #uri: string;
  readonly #lines: readonly string[];
  readonly #line: number;
  readonly #resource: string;
  #version = 1;

  constructor(server: LanguageServer, path: string) {
    this.#server = server;
    this.#uri = pathToFileURL(path).href;
    this.#lines = readFileSync(path, "utf8").split("\n");
    this.#line = this.#lines.findIndex((line) => line.includes("async handle(")) + 1;
    this.#resource = /export const (Thing\d+)/.exec(this.#lines.join("\n"))?.[1] ?? "";
  }

  /** Opens the file, and asks what editors ask for at once: its outline. */
  async open(): Promise<void> {
    const textDocument = {
      uri: this.#uri,
      languageId: "typescript",
      version: 1,
      text: this.#lines.join("\n"),
    };
    this.#server.notify("textDocument/didOpen", { textDocument });
    await this.#server.request("textDocument/documentSymbol", { textDocument: { uri: this.#uri } });
  }

  async complete(expression: string, offered: string): Promise<void> {
    const typed = `    ${expression.replace("Thing", this.#resource)}.`;
    this.#version++;
    const text = this.#lines.toSpliced(this.#line, 0, typed).join("\n");
    this.#server.notify("textDocument/didChange", {
      textDocument: { uri: this.#uri, version: this.#version },
      contentChanges: [{ text }],
    });
    const answer = await this.#server.request("textDocument/completion", {
      textDocument: { uri: this.#uri },
      position: { line: this.#line, character: typed.length },
      context: { triggerKind: 2, triggerCharacter: "." },
    });
    if (!JSON.stringify(answer).includes(`"label":"${offered}"`))
      throw new Error(`${typed.trim()} was not completed with ${offered}`);
  }
}
