/** Milliseconds of the server's within which a statement is quick, by what it took before. */
const quick = 4;
/** Statements that are remembered at most. */
const mostNames = 2_000;

/** Remembers which statements are quick: only behind those are others sent on the same connection. */
export class Pace {
  readonly #average: Map<string, number>;

  constructor() {
    this.#average = new Map();
  }

  /** Whether it has been quick so far. What has no name is not known. */
  isQuick(name: string | undefined): boolean {
    return name !== undefined && (this.#average.get(name) ?? Number.POSITIVE_INFINITY) <= quick;
  }

  took(name: string | undefined, ms: number): void {
    if (name === undefined) return;
    const average = this.#average.get(name);
    if (average !== undefined) this.#average.set(name, average + (ms - average) / 8);
    else if (this.#average.size < mostNames) this.#average.set(name, ms);
  }
}
