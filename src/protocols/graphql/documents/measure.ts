import type { GraphqlLimits } from "./limits.ts";
import type {
  Outline,
  OutlineDefinition,
  OutlineField,
  OutlineFragment,
  OutlineSet,
} from "./outline/outline.ts";
import { isSameField } from "./outline/outline.ts";
import { tooComplex } from "./request-errors.ts";

/**
 * Holds a document's outline against the limits, with fragments put in where they are spread: before the document is parsed, let alone
 * validated, since validation of a bomb is what a bomb is for; and says in the outline whether fields that are merged are the same. Throws RequestErrors at the first limit that is passed, so that the
 * work is bounded by the limits and not by the document. Fragments that spread themselves must have been refused.
 */
export function measure(outline: Outline, limits: GraphqlLimits): void {
  const { operations, fragments } = outline;
  const meter = new Meter(outline, limits);
  for (const operation of operations) meter.operation(operation);
  // Nobody may leave them out of the account by not spreading them: they are validated all the same.
  for (const fragment of fragments) meter.unusedFragment(fragment);
  const { comparisons } = limits;
  if (!outline.mergesEquals && meter.comparisons > comparisons)
    throw tooComplex("comparisons", comparisons, meter.comparisons);
}

type Fields = ReadonlyMap<string, OutlineField>;

/** Counts of all operations of a document. */
class Meter {
  readonly #fragments: ReadonlyMap<string, OutlineFragment>;
  readonly #limits: GraphqlLimits;
  readonly #outline: Outline;
  /** Those that were put in somewhere. */
  readonly #used: Set<OutlineFragment>;
  /** Pairs of fields in one place that have selections. */
  comparisons: number;
  #fields: number;
  #aliases: number;
  #directives: number;

  constructor(outline: Outline, limits: GraphqlLimits) {
    this.#fragments = new Map(outline.fragments.map((fragment) => [fragment.name, fragment]));
    this.#outline = outline;
    this.#limits = limits;
    this.#used = new Set();
    this.comparisons = 0;
    this.#fields = 0;
    this.#aliases = 0;
    this.#directives = 0;
  }

  operation({ selections, directives }: OutlineDefinition): void {
    this.#countDirectives(directives);
    const fields = this.#collect([selections]);
    const { rootFields } = this.#limits;
    if (fields.size > rootFields) throw tooComplex("rootFields", rootFields, fields.size);
    this.#level(fields, 1);
  }

  /** Counts what is in a fragment that nothing has spread yet. */
  unusedFragment(fragment: OutlineFragment): void {
    if (this.#used.has(fragment)) return;
    this.#countDirectives(fragment.directives);
    this.#level(this.#collect([fragment.selections]), 1);
  }

  /** Fields of one level by response name, as execution merges them (§6.3.2). */
  #level(fields: Fields, depth: number): void {
    if (fields.size === 0) return;
    if (depth > this.#limits.depth) throw tooComplex("depth", this.#limits.depth);
    for (const { below } of fields.values()) {
      this.comparisons += (below.length * (below.length - 1)) / 2;
      if (below.length > 0) this.#level(this.#collect(below), depth + 1);
    }
  }

  #collect(sets: readonly OutlineSet[]): Fields {
    const [first] = sets;
    if (sets.length === 1 && first !== undefined && first.spreads.length === 0) {
      this.#count(first);
      return first.fields;
    }
    const collected = new Map<string, OutlineField>();
    const spread = new Set<string>();
    for (const set of sets) this.#collectFrom(set, collected, spread);
    return collected;
  }

  #collectFrom(set: OutlineSet, collected: Map<string, OutlineField>, spread: Set<string>): void {
    this.#count(set);
    for (const [name, field] of set.fields) this.#add(name, field, collected);
    for (const name of set.spreads) {
      if (spread.has(name)) continue;
      spread.add(name);
      const fragment = this.#fragments.get(name);
      if (fragment === undefined) continue;
      this.#used.add(fragment);
      this.#collectFrom(fragment.selections, collected, spread);
    }
  }

  #count({ size, aliases, directives }: OutlineSet): void {
    const limits = this.#limits;
    this.#fields += size;
    if (this.#fields > limits.fields) throw tooComplex("fields", limits.fields);
    this.#aliases += aliases;
    if (this.#aliases > limits.aliases) throw tooComplex("aliases", limits.aliases);
    this.#countDirectives(directives);
  }

  #add(name: string, field: OutlineField, collected: Map<string, OutlineField>): void {
    const { repeats } = this.#limits;
    const known = collected.get(name);
    if (known === undefined) collected.set(name, { ...field, below: [...field.below] });
    else {
      known.count += field.count;
      if (known.count > repeats) throw tooComplex("repeats", repeats);
      if (!isSameField(known, field)) this.#outline.mergesEquals = false;
      known.below.push(...field.below);
    }
  }

  #countDirectives(directives: number): void {
    this.#directives += directives;
    const { directives: max } = this.#limits;
    if (this.#directives > max) throw tooComplex("directives", max);
  }
}
