import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { SchemaModel } from "../../model/schema-model.ts";
import type { ObjectModel } from "../../model/schema-types.ts";
import type { Conditions } from "./conditions.ts";

/** Collects the fields that a selection has of an object, by their names in the response (GraphQL, September 2025, §6.3.2). */
export class FieldCollector {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #unions: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #conditions: Conditions;

  constructor(document: DocumentNode, model: SchemaModel, conditions: Conditions) {
    this.#fragments = new Map(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
      ),
    );
    this.#unions = new Map(
      model.types.flatMap((type) =>
        type.kind === "union" ? [[type.name, new Set(type.types.map(({ name }) => name))] as const] : [],
      ),
    );
    this.#conditions = conditions;
  }

  collect(type: ObjectModel, sets: readonly SelectionSetNode[]): ReadonlyMap<string, readonly FieldNode[]> {
    const groups = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const { selections } of sets)
      for (const selection of selections) this.#add(selection, type, groups, spread);
    return groups;
  }

  #add(
    selection: SelectionNode,
    type: ObjectModel,
    groups: Map<string, FieldNode[]>,
    spread: Set<string>,
  ): void {
    if (!this.#conditions.includes(selection)) return;
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [selection]);
      else group.push(selection);
      return;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragment(selection.name.value, spread);
    if (fragment === null || !this.#applies(fragment.typeCondition?.name.value, type)) return;
    if (selection.kind === Kind.FRAGMENT_SPREAD) spread.add(selection.name.value);
    for (const each of fragment.selectionSet.selections) this.#add(each, type, groups, spread);
  }

  /** A fragment is spread once in a selection. */
  #fragment(name: string, spread: Set<string>): FragmentDefinitionNode | null {
    const fragment = this.#fragments.get(name);
    if (fragment === undefined || spread.has(name)) return null;
    return fragment;
  }

  #applies(condition: string | undefined, { name, interfaces }: ObjectModel): boolean {
    if (condition === undefined || condition === name) return true;
    return (
      interfaces.some((each) => each.name === condition) || this.#unions.get(condition)?.has(name) === true
    );
  }
}
