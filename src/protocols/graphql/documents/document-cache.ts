import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { PreparedDocument } from "./prepared.ts";

/** Bounds of what is kept of callers' documents. */
const maxDocuments = 1_000;
const maxCharacters = 8 * 1024 * 1024;

/** Documents that were asked for lately: by their text, and by its hash where callers send no more than that. */
export class DocumentCache {
  readonly #prepared: LRUCache<string, PreparedDocument> = new LRUCache({
    max: maxDocuments,
    maxSize: maxCharacters,
    sizeCalculation: ({ size }) => size + 1,
  });
  readonly #texts: LRUCache<string, string> = new LRUCache({
    max: maxDocuments,
    maxSize: maxCharacters,
    sizeCalculation: ({ length }) => length + 1,
  });

  /** The document that was asked for last, which is the newest of those kept. */
  #last: { readonly text: string; readonly document: PreparedDocument } | null = null;

  /** A document by its text, prepared at the first asking. What is not valid is not kept. */
  prepared(text: string, prepare: (text: string) => PreparedDocument): PreparedDocument {
    if (this.#last?.text === text) return this.#last.document;
    const known = this.#prepared.get(text);
    const document = known ?? prepare(text);
    if (known === undefined) this.#prepared.set(text, document);
    this.#last = { text, document };
    return document;
  }

  /** The text that was sent with a hash before. */
  textOf(hash: string): string | null {
    return this.#texts.get(hash) ?? null;
  }

  /** Keeps a text under its hash. */
  keep(hash: string, text: string): void {
    this.#texts.set(hash, text);
  }
}

/** SHA-256 in lower-case hexadecimal, as persisted documents are named. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
