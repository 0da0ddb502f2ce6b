import { RequestErrors } from "../request-errors.ts";
import { Lines } from "./lines.ts";
import type { Outline, OutlineFragment, OutlineSpread } from "./outline.ts";

/** Throws RequestErrors for a document whose fragments spread themselves (§5.5.2.2), by whichever way: it has no size. */
export function assertNoCycles({ fragments }: Outline, text: string): void {
  const walk = new SpreadWalk(fragments);
  for (const fragment of fragments) {
    const cycle = walk.cycleOf(fragment);
    if (cycle !== null) throw toRefusal(cycle, new Lines(text));
  }
}

/** The way from a fragment to itself. */
function toRefusal(cycle: readonly OutlineSpread[], lines: Lines): RequestErrors {
  const via = cycle.slice(0, -1).map(({ name }) => `"${name}"`);
  const way = via.length === 0 ? "" : ` via ${via.join(", ")}`;
  return RequestErrors.found("DOCUMENT_INVALID", [
    {
      message: `Cannot spread fragment "${cycle.at(-1)?.name ?? ""}" within itself${way}.`,
      locations: cycle.map(({ at }) => lines.locate(at)),
    },
  ]);
}

class SpreadWalk {
  readonly #fragments: ReadonlyMap<string, OutlineFragment>;
  readonly #visited: Set<string>;
  /** The spreads that lead to where the walk is. */
  readonly #path: OutlineSpread[];
  /** How many of them lead to each fragment that the walk is in. */
  readonly #depths: Map<string, number>;

  constructor(fragments: readonly OutlineFragment[]) {
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name, fragment]));
    this.#visited = new Set();
    this.#path = [];
    this.#depths = new Map();
  }

  cycleOf({ name, spreads }: OutlineFragment): readonly OutlineSpread[] | null {
    if (this.#visited.has(name)) return null;
    this.#visited.add(name);
    this.#depths.set(name, this.#path.length);
    for (const spread of spreads) {
      const cycle = this.#follow(spread);
      if (cycle !== null) return cycle;
    }
    this.#depths.delete(name);
    return null;
  }

  #follow(spread: OutlineSpread): readonly OutlineSpread[] | null {
    this.#path.push(spread);
    const depth = this.#depths.get(spread.name);
    if (depth !== undefined) return this.#path.slice(depth);
    const fragment = this.#fragments.get(spread.name);
    const cycle = fragment === undefined ? null : this.cycleOf(fragment);
    if (cycle === null) this.#path.pop();
    return cycle;
  }
}
