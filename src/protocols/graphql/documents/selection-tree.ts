import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { SchemaModel } from "../model/schema-model.ts";
import { type FieldModel, namedType, type ObjectModel, type SchemaType } from "../model/schema-types.ts";

/** A field of a valid operation, with fragments put in and equal response names merged (CollectFields, §6.3.2). */
export interface SelectedField {
  readonly model: FieldModel;
  readonly node: FieldNode;
  /** It is asked for if all conditions of one of these hold; a list without conditions always does. */
  readonly asked: readonly (readonly Condition[])[];
  /** What is asked of it, by the object types that it may be. One entry but for interfaces and unions. */
  readonly below: readonly (readonly SelectedField[])[];
}

/** `@include` or `@skip` by a variable. */
export interface Condition {
  readonly variable: string;
  readonly is: boolean;
}

/** The fields of an operation's root. Introspection is left out: it reads nothing. */
export function selectFields(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  model: SchemaModel,
): readonly SelectedField[] {
  const root = model[operation.operation];
  if (root === null) return [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return new Selector(fragments, model).fields([{ set: operation.selectionSet, conditions: [] }], root);
}

/** A selection set, and what must hold for it to be looked at. */
interface ConditionalSet {
  readonly set: SelectionSetNode;
  readonly conditions: readonly Condition[];
}

/** A field, and what must hold for it to be asked for. */
interface ConditionalField {
  readonly node: FieldNode;
  readonly conditions: readonly Condition[];
}

class Selector {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #model: SchemaModel;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, model: SchemaModel) {
    this.#fragments = fragments;
    this.#model = model;
  }

  fields(sets: readonly ConditionalSet[], type: ObjectModel): readonly SelectedField[] {
    const groups = new Map<string, ConditionalField[]>();
    const spread = new Set<string>();
    for (const { set, conditions } of sets) this.#collect(set, conditions, type, groups, spread);
    return [...groups.values()].flatMap((group) => this.#merge(group, type));
  }

  #merge(group: readonly ConditionalField[], type: ObjectModel): readonly SelectedField[] {
    const [first] = group;
    if (first === undefined || first.node.name.value.startsWith("__")) return [];
    const model = this.#model.field(type.name, first.node.name.value);
    const sets = group.flatMap(({ node: { selectionSet }, conditions }) =>
      selectionSet === undefined ? [] : [{ set: selectionSet, conditions }],
    );
    const below = this.#objectsOf(namedType(model.type)).map((object) => this.fields(sets, object));
    return [{ model, node: first.node, asked: group.map(({ conditions }) => conditions), below }];
  }

  #objectsOf(type: SchemaType): readonly ObjectModel[] {
    if (type.kind === "object") return [type];
    if (type.kind === "interface") return this.#model.implementations(type);
    return type.kind === "union" ? type.types : [];
  }

  #collect(
    set: SelectionSetNode,
    outer: readonly Condition[],
    type: ObjectModel,
    groups: Map<string, ConditionalField[]>,
    spread: Set<string>,
  ): void {
    for (const selection of set.selections) {
      const conditions = withConditions(outer, selection);
      if (conditions === null) continue;
      if (selection.kind === Kind.FIELD) add(selection, conditions, groups);
      else {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection
            : this.#spread(selection.name.value, conditions, spread);
        if (fragment !== null && isAbout(fragment.typeCondition?.name.value, type))
          this.#collect(fragment.selectionSet, conditions, type, groups, spread);
      }
    }
  }

  /** A fragment counts once, unless whether it is put in depends on something. */
  #spread(
    name: string,
    conditions: readonly Condition[],
    spread: Set<string>,
  ): FragmentDefinitionNode | null {
    if (spread.has(name)) return null;
    if (conditions.length === 0) spread.add(name);
    return this.#fragments.get(name) ?? null;
  }
}

function add(
  node: FieldNode,
  conditions: readonly Condition[],
  groups: Map<string, ConditionalField[]>,
): void {
  const name = (node.alias ?? node.name).value;
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [{ node, conditions }]);
  else group.push({ node, conditions });
}

function isAbout(condition: string | undefined, { name, interfaces }: ObjectModel): boolean {
  if (condition === undefined || condition === name) return true;
  // A union that the object is not of cannot stand here: the document is valid.
  return interfaces.some((each) => each.name === condition);
}

/** The conditions of a selection beside those around it; null for one that is never asked for. */
function withConditions(
  outer: readonly Condition[],
  { directives = [] }: SelectionNode,
): readonly Condition[] | null {
  const own: Condition[] = [];
  for (const directive of directives) {
    const is = directive.name.value === "include";
    if (!is && directive.name.value !== "skip") continue;
    const value = ifArgument(directive);
    if (value?.kind === Kind.VARIABLE) own.push({ variable: value.name.value, is });
    else if (value?.kind === Kind.BOOLEAN && value.value !== is) return null;
  }
  return own.length === 0 ? outer : [...outer, ...own];
}

function ifArgument({ arguments: stated = [] }: DirectiveNode) {
  return stated.find(({ name }) => name.value === "if")?.value;
}
