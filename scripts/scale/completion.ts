import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LanguageServer } from "./language-server.ts";

/** How long completions took in one handler, in ms. */
export interface CompletionTimes {
  /** From opening the file in a fresh server, with all of the program to be read. */
  readonly first: number;
  /** Each after a keystroke, which makes the server look at the file again. */
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

/** Completes members in the handler of one file of the application, as somebody who types does. */
export async function measureCompletion(folder: string, file: string): Promise<CompletionTimes> {
  const server = await LanguageServer.open(folder);
  try {
    const typist = new Typist(server, join(folder, "src", file));
    const started = performance.now();
    typist.open();
    await typist.complete("input", "notify");
    const first = performance.now() - started;
    const others: number[] = [];
    for (let round = 0; round < 6; round++) {
      for (const [expression, offered] of probes) {
        const begun = performance.now();
        await typist.complete(expression, offered);
        others.push(performance.now() - begun);
      }
    }
    return { first, others };
  } finally {
    await server.close();
  }
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

  open(): void {
    const textDocument = {
      uri: this.#uri,
      languageId: "typescript",
      version: 1,
      text: this.#lines.join("\n"),
    };
    this.#server.notify("textDocument/didOpen", { textDocument });
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
