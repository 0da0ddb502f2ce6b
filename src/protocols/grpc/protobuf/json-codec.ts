import { ProtoError } from "./proto-error.ts";
import { MAX_DEPTH } from "./wire-types.ts";

/** Writes and reads the values of one type in ProtoJSON (protobuf.dev, "ProtoJSON Format"). */
export interface JsonCodec {
  /** The JSON text. Throws an OutputMismatch for what is no such value. */
  toJson(value: unknown): string;
  /** The value of a JSON value as JSON.parse answers it. Throws a ProtoError that says where it is not as expected. */
  fromJson(json: unknown, place: JsonPlace): unknown;
}

/** Characters of a key of a map that an error shows. */
const SHOWN_KEY = 40;

/** Where in a message its reader is. */
export class JsonPlace {
  readonly #steps: string[];
  #depth: number;

  constructor() {
    this.#steps = [];
    this.#depth = 0;
  }

  /** Into a member of a message; messages within messages are counted. */
  enterMember(name: string): void {
    this.#steps.push(this.#steps.length === 0 ? name : `.${name}`);
  }

  enterItem(index: number): void {
    this.#steps.push(`[${index}]`);
  }

  enterKey(key: string): void {
    const shown = key.length > SHOWN_KEY ? `${key.slice(0, SHOWN_KEY)}...` : key;
    this.#steps.push(`[${JSON.stringify(shown)}]`);
  }

  leave(): void {
    this.#steps.pop();
  }

  /** Into a message, or a JSON value in another. */
  nest(): void {
    this.#depth += 1;
    // The message itself is not within one.
    if (this.#depth > MAX_DEPTH + 1) throw this.refusal("is nested too deeply");
  }

  unnest(): void {
    this.#depth -= 1;
  }

  expected(what: string): ProtoError {
    return this.refusal(`must be ${what}`);
  }

  refusal(sentence: string): ProtoError {
    return new ProtoError(`${this.#steps.length === 0 ? "the message" : this.#steps.join("")} ${sentence}`);
  }
}

/** The members of a JSON object. */
export function membersOf(json: unknown, place: JsonPlace, what = "an object"): [string, unknown][] {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw place.expected(what);
  return Object.entries(json);
}
