import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import type { GraphqlLimits } from "./limits.ts";
import { tooComplex } from "./request-errors.ts";

/**
 * Holds a document against the limits that its text alone can tell: before it is validated, since validation of a bomb is what
 * a bomb is for. Throws RequestErrors at the first limit that is passed, so that the work is bounded by the limits and not by
 * the document. Fragments that spread themselves must have been refused.
 */
export function measure(document: DocumentNode, limits: GraphqlLimits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
  if (operations > limits.operations) throw tooComplex("operations", limits.operations, operations);
  if (fragments.size > limits.fragments) throw tooComplex("fragments", limits.fragments, fragments.size);
  const meter = new Meter(fragments, limits);
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) meter.operation(definition);
  // Nobody may leave them out of the account by not spreading them: they are validated all the same.
  for (const fragment of fragments.values()) meter.unusedFragment(fragment);
}

/** Counts of all operations of a document. */
class Meter {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #limits: GraphqlLimits;
  /** Names of those that were put in somewhere. */
  readonly #used: Set<string>;
  #fields: number;
  #aliases: number;
  #directives: number;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, limits: GraphqlLimits) {
    this.#fragments = fragments;
    this.#limits = limits;
    this.#used = new Set();
    this.#fields = 0;
    this.#aliases = 0;
    this.#directives = 0;
  }

  operation({ selectionSet, directives }: OperationDefinitionNode): void {
    this.#countDirectives(directives);
    const groups = this.#collect([selectionSet]);
    const { rootFields } = this.#limits;
    if (groups.size > rootFields) throw tooComplex("rootFields", rootFields, groups.size);
    this.#level(groups, 1);
  }

  /** Counts what is in a fragment that nothing has spread yet. */
  unusedFragment({ name, directives, selectionSet }: FragmentDefinitionNode): void {
    if (this.#used.has(name.value)) return;
    this.#countDirectives(directives);
    this.#level(this.#collect([selectionSet]), 1);
  }

  /** Fields of one level by response name, as execution merges them (§6.3.2). */
  #level(groups: ReadonlyMap<string, readonly FieldNode[]>, depth: number): void {
    if (groups.size === 0) return;
    if (depth > this.#limits.depth) throw tooComplex("depth", this.#limits.depth);
    for (const fields of groups.values()) {
      const below = fields.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
      if (below.length > 0) this.#level(this.#collect(below), depth + 1);
    }
  }

  #collect(sets: readonly SelectionSetNode[]): ReadonlyMap<string, readonly FieldNode[]> {
    const groups = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const set of sets) this.#collectFrom(set, groups, spread);
    return groups;
  }

  #collectFrom(set: SelectionSetNode, groups: Map<string, FieldNode[]>, spread: Set<string>): void {
    for (const selection of set.selections) {
      if (++this.#fields > this.#limits.fields) throw tooComplex("fields", this.#limits.fields);
      this.#countDirectives(selection.directives);
      if (selection.kind === Kind.FIELD) this.#add(selection, groups);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        this.#collectFrom(selection.selectionSet, groups, spread);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        this.#used.add(selection.name.value);
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment !== undefined) this.#collectFrom(fragment.selectionSet, groups, spread);
      }
    }
  }

  #add(field: FieldNode, groups: Map<string, FieldNode[]>): void {
    const { aliases, repeats } = this.#limits;
    if (field.alias !== undefined && ++this.#aliases > aliases) throw tooComplex("aliases", aliases);
    const name = (field.alias ?? field.name).value;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [field]);
    else if (group.push(field) > repeats) throw tooComplex("repeats", repeats);
  }

  #countDirectives(directives: readonly DirectiveNode[] | undefined): void {
    if (directives === undefined) return;
    this.#directives += directives.length;
    const { directives: max } = this.#limits;
    if (this.#directives > max) throw tooComplex("directives", max);
  }
}
