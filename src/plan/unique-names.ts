import type { Mistakes } from "./mistakes.ts";

/** How a contract speaks of a name that is taken. */
export interface NameWords {
  /** "in the .proto" */
  readonly where: string;
  /** Of a name that every such scope has: "the schema has that name already". */
  readonly reserved: string;
  /** Of one that the definition has: after the place, "has that name already". */
  readonly taken: string;
}

/** The names of one scope of a contract, to tell of two things of a definition that come to the same name there. */
export class UniqueNames {
  readonly #mistakes: Mistakes;
  readonly #words: NameWords;
  /** Where the definition has each name; null for what it does not have. */
  readonly #places: Map<string, string | null>;

  constructor(mistakes: Mistakes, words: NameWords) {
    this.#mistakes = mistakes;
    this.#words = words;
    this.#places = new Map();
  }

  /** Takes a name for what every such scope has of itself. */
  reserve(name: string): void {
    this.#places.set(name, null);
  }

  /** `what`: "the message GetUserRequest"; `place`: where the definition has it. Answers whether the name was free. */
  add(name: string, what: string, place: string): boolean {
    const before = this.#places.get(name);
    if (before === undefined) {
      this.#places.set(name, place);
      return true;
    }
    const { where, reserved, taken } = this.#words;
    const [other, mend] =
      before === null ? [reserved, "Choose another name"] : [`${before} ${taken}`, "Rename one of the two"];
    this.#mistakes.add(place, `is ${what} ${where}, and ${other}`, mend);
    return false;
  }
}
