import type { Mistakes } from "../../../plan/mistakes.ts";

/** The names of one scope of a schema, to tell of two things of a definition that come to the same name there. */
export class SchemaNames {
  readonly #mistakes: Mistakes;
  /** Where the definition has each name; null for what it does not have. */
  readonly #places: Map<string, string | null>;

  constructor(mistakes: Mistakes) {
    this.#mistakes = mistakes;
    this.#places = new Map();
  }

  /** Takes a name for what the schema has of itself. */
  reserve(name: string): void {
    this.#places.set(name, null);
  }

  /** `what`: "the type UserEdge"; `place`: where the definition has it. Answers whether the name was free. */
  add(name: string, what: string, place: string): boolean {
    const before = this.#places.get(name);
    if (before === undefined) {
      this.#places.set(name, place);
      return true;
    }
    const [other, mend] =
      before === null
        ? ["the schema has that name already", "Choose another name"]
        : [`${before} has that name already`, "Rename one of the two"];
    this.#mistakes.add(place, `is ${what} in GraphQL, and ${other}`, mend);
    return false;
  }
}
