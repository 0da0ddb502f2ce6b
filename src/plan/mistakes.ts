/** One mistake of a definition: where it is, what is wrong, and what to do. */
export interface Mistake {
  /** `User.email`, `publish.input.note`, `version 1`. */
  readonly place: string;
  readonly message: string;
  readonly mend: string;
}

/** Collects every mistake, so that all of them are told at once. */
export class Mistakes {
  readonly list: Mistake[] = [];

  add(place: string, message: string, mend: string): void {
    this.list.push({ place, message, mend });
  }

  /** Each once: versions mostly have the same. */
  withoutTwice(): Mistakes {
    const once = new Mistakes();
    const seen = new Set<string>();
    for (const { place, message, mend } of this.list) {
      const id = `${place}: ${message}`;
      if (!seen.has(id)) once.add(place, message, mend);
      seen.add(id);
    }
    return once;
  }

  /** Throws when there are any. */
  assertNone(api: string): void {
    if (this.list.length > 0) throw new DefinitionError(api, this.list);
  }
}

/** A definition that cannot be served. Its message lists every mistake. */
export class DefinitionError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(api: string, mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    const lines = mistakes.map(
      ({ place, message, mend }) => `  ${place}: ${message}. ${mend}${mend.endsWith("?") ? "" : "."}`,
    );
    super(`The definition of "${api}" has ${count}:\n${lines.join("\n")}`);
    this.name = "DefinitionError";
    this.mistakes = mistakes;
  }
}
