import type { ProtoFields } from "../../../define/proto.ts";

/** What a declaration says of the names in a .proto, and which of it had a use. */
export class FieldNames {
  readonly #package: string;
  readonly #stated: readonly ProtoFields[];
  readonly #used: Set<string>;
  readonly #known: Set<string>;

  /** `stated`: the first that says something counts. */
  constructor(packageName: string, stated: readonly ProtoFields[]) {
    this.#package = packageName;
    this.#stated = stated;
    this.#used = new Set();
    this.#known = new Set();
  }

  /** What is said of a field of a message, or of a value of an enum; `undefined` for nothing. */
  of(owner: string, name: string): string | null | undefined {
    const keys = [`${owner}.${name}`, this.place(owner, name), name];
    this.#known.add(this.place(owner, name));
    for (const fields of this.#stated) {
      const key = keys.find((each) => Object.hasOwn(fields, each));
      if (key === undefined) continue;
      this.#used.add(key);
      return fields[key];
    }
    return undefined;
  }

  /** `UserRequest.user_id` */
  place(owner: string, name: string): string {
    return `${brief(this.#package, owner)}.${name}`;
  }

  isUsed(key: string): boolean {
    return this.#used.has(key);
  }

  /** All fields that were asked for. */
  get known(): ReadonlySet<string> {
    return this.#known;
  }
}

/** A full name without its package. */
export function brief(packageName: string, fullName: string): string {
  return packageName !== "" && fullName.startsWith(`${packageName}.`)
    ? fullName.slice(packageName.length + 1)
    : fullName;
}
