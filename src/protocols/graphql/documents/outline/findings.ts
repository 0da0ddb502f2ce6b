import { RequestErrors } from "../request-errors.ts";
import { Lines } from "./lines.ts";

/** More errors are not looked for: nobody mends so many at once. */
export const maxErrors = 20;

/** What stands for those that were not looked for, as graphql's validation says it. */
export const aborted = "Too many validation errors, error limit reached. Validation aborted.";

/** In tokens. Longer documents are not parsed to find out what else is wrong with them, nor which known name an unknown one looks like. */
const longDocument = 1_000;

/** What is surely wrong with a text, as far as it was read. Validation would refuse all of it, and say more. */
export class Findings {
  readonly #lines: Lines;
  readonly #found: { readonly message: string; readonly at: readonly number[] }[];

  constructor(text: string) {
    this.#lines = new Lines(text);
    this.#found = [];
  }

  /** Throws RequestErrors where there are more of them than are told: the rest of the text need not be looked at. */
  add(message: string, ...at: readonly number[]): void {
    this.#found.push({ message, at });
    if (this.#found.length > maxErrors) throw this.#refusal();
  }

  /** Throws RequestErrors that say nothing else. */
  refuse(message: string, at: number): never {
    this.#found.splice(0, this.#found.length, { message, at: [at] });
    throw this.#refusal();
  }

  /** Throws RequestErrors for a long document in which something was found. */
  assertNoneInLong(tokens: number): void {
    if (tokens > longDocument && this.#found.length > 0) throw this.#refusal();
  }

  #refusal(): RequestErrors {
    const told = this.#found
      .slice(0, maxErrors)
      .map(({ message, at }) => ({ message, locations: at.map((each) => this.#lines.locate(each)) }));
    const isCut = this.#found.length > maxErrors;
    return RequestErrors.found("DOCUMENT_INVALID", isCut ? [...told, { message: aborted }] : told);
  }
}
