import type { Mistakes } from "../mistakes.ts";

/** A place in a definition, to tell mistakes of: `User.email`, `publish.input.note`. */
export class Place {
  readonly name: string;
  readonly #mistakes: Mistakes;

  constructor(mistakes: Mistakes, name: string) {
    this.#mistakes = mistakes;
    this.name = name;
  }

  /** A place beside this one. */
  other(name: string): Place {
    return new Place(this.#mistakes, name);
  }

  /** A member of what stands here. */
  in(name: string): Place {
    return this.other(`${this.name}.${name}`);
  }

  /** An item of the list that stands here. */
  item(index: number | "" = ""): Place {
    return this.other(`${this.name}[${index}]`);
  }

  tell(message: string, mend: string): void {
    this.#mistakes.add(this.name, message, mend);
  }

  /** Runs checks; answers whether they found nothing. */
  isClean(check: () => void): boolean {
    const before = this.#mistakes.list.length;
    check();
    return this.#mistakes.list.length === before;
  }

  /** Runs checks of what may be anything: what they throw is a mistake of the definition as well. */
  guard(check: () => void): void {
    try {
      check();
    } catch (thrown) {
      const reason = thrown instanceof Error ? `: ${thrown.message}` : "";
      this.tell(`cannot be read${reason}`, "Write it with the functions that fourfold exports");
    }
  }
}
