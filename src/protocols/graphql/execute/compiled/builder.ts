import {
  type FieldNode,
  type GraphQLSchema,
  getLocation,
  isObjectType,
  type SelectionSetNode,
} from "graphql";
import type { SourceLocation } from "../../error.ts";
import type { SchemaModel } from "../../model/schema-model.ts";
import {
  type FieldModel,
  namedType,
  type ObjectModel,
  type ReferenceBinding,
  type RelatedBinding,
  type SchemaType,
  type TypeReference,
  type ValueBinding,
} from "../../model/schema-types.ts";
import type { LeafCodec } from "../leaf.ts";
import type { RelationIndex } from "../relation-index.ts";
import { accessOf, bindingValue, partCodec } from "./accesses.ts";
import { compileArguments, type ReadArguments } from "./arguments.ts";
import { askRelated } from "./ask.ts";
import type { FieldCollector } from "./collect-fields.ts";
import { ColumnsOfRow } from "./columns.ts";
import type { FieldPlan, LevelPlan, RelationLoad, RelationPlan, SelectionPlan, Shape } from "./plan.ts";
import { levelsOf, spreadOf } from "./spread.ts";

/** What the compiler leaves to the reference executor. */
export class NotCompiled extends Error {}

/** What plans are built with. */
export interface BuilderParts {
  readonly schema: GraphQLSchema;
  readonly model: SchemaModel;
  readonly relations: RelationIndex;
  readonly collector: FieldCollector;
}

/** Builds the plans of what is selected of objects. */
export class SelectionBuilder {
  readonly #parts: BuilderParts;
  #levels = 0;
  #relations = 0;

  constructor(parts: BuilderParts) {
    this.#parts = parts;
  }

  get levels(): number {
    return this.#levels;
  }

  get relations(): number {
    return this.#relations;
  }

  /** `rows` is told what of a row its fields are made of. */
  selection(type: ObjectModel, nodes: readonly FieldNode[], rows: ColumnsOfRow): SelectionPlan {
    const sets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
    const owner = new LevelOwner(() => this.#levels++);
    const fields = [...this.collect(type, sets)].map(([key, group]) =>
      this.#field(type, key, group, owner, rows),
    );
    return { type: type.name, fields, level: owner.level };
  }

  collect(type: ObjectModel, sets: readonly SelectionSetNode[]): ReadonlyMap<string, readonly FieldNode[]> {
    return this.#parts.collector.collect(type, sets);
  }

  /** A value of a type; `codec` writes what is no object. */
  shape(
    reference: TypeReference,
    codec: LeafCodec | null,
    nodes: readonly FieldNode[],
    rows: ColumnsOfRow,
  ): Shape {
    const { nonNull } = reference;
    if (reference.kind === "list")
      return { kind: "list", of: this.shape(reference.of, codec, nodes, rows), nonNull };
    const { type } = reference;
    if (type.kind === "object")
      return { kind: "object", selection: this.selection(type, nodes, rows), nonNull };
    const possible = this.#possible(type);
    if (possible !== null) {
      const byType = new Map(possible.map((each) => [each.name, this.selection(each, nodes, rows)]));
      return { kind: "abstract", byType, nonNull };
    }
    if (codec === null) throw new NotCompiled();
    return { kind: "leaf", codec, nonNull };
  }

  arguments(type: ObjectModel, node: FieldNode): ReadArguments {
    const named = this.#parts.schema.getType(type.name);
    const definition = isObjectType(named) ? named.getFields()[node.name.value] : undefined;
    if (definition === undefined) throw new NotCompiled();
    return compileArguments(definition, node);
  }

  model(type: ObjectModel, name: string): FieldModel {
    const found = type.fields.get(name);
    if (found === undefined) throw new NotCompiled();
    return found;
  }

  #field(
    type: ObjectModel,
    key: string,
    nodes: readonly FieldNode[],
    owner: LevelOwner,
    rows: ColumnsOfRow,
  ): FieldPlan {
    const [node] = nodes;
    if (node === undefined) throw new NotCompiled();
    const name = node.name.value;
    const common = { key, coordinate: `${type.name}.${name}`, locations: locationsOf(nodes) };
    if (name === "__typename") return { ...common, source: constant(type.name), shape: anyShape };
    const model = this.model(type, name);
    const { binding } = model;
    rows.add(binding);
    switch (binding.kind) {
      case "constant":
        return { ...common, source: constant(binding.value), shape: anyShape };
      case "operation":
      case "node":
      case "nodes":
        throw new NotCompiled();
      case "reference":
        return { ...common, ...this.#reference(binding, model, nodes, owner) };
      case "related":
        return { ...common, ...this.#related(binding, model, type, nodes, owner) };
      default: {
        const codec = partCodec(binding) ?? leafCodec(bindingValue(binding));
        // Pages and edges hold the rows that are read for them; what a value holds is made of other things.
        const isPart = binding.kind === "connectionPart" || binding.kind === "edgePart";
        const shape = this.shape(model.type, codec, nodes, isPart ? rows : new ColumnsOfRow());
        return { ...common, source: accessOf(binding), shape };
      }
    }
  }

  #reference(
    binding: ReferenceBinding,
    model: FieldModel,
    nodes: readonly FieldNode[],
    owner: LevelOwner,
  ): Pick<FieldPlan, "source" | "shape"> {
    const rows = new ColumnsOfRow();
    const shape = this.shape(model.type, null, nodes, rows);
    const relation = this.#parts.relations.one(binding.relation);
    return this.#relation({ kind: "one", relation, key: binding.key, columns: rows.columns }, shape, owner);
  }

  #related(
    binding: RelatedBinding,
    model: FieldModel,
    type: ObjectModel,
    nodes: readonly FieldNode[],
    owner: LevelOwner,
  ): Pick<FieldPlan, "source" | "shape"> {
    const [node] = nodes;
    if (node === undefined) throw new NotCompiled();
    const rows = new ColumnsOfRow();
    const shape = this.shape(model.type, null, nodes, rows);
    const relation = this.#parts.relations.many(binding.relation);
    const ask = askRelated(binding, this.arguments(type, node), rows.columns);
    return this.#relation({ kind: "many", relation, binding, ask }, shape, owner);
  }

  #relation(load: RelationLoad, shape: Shape, owner: LevelOwner): Pick<FieldPlan, "source" | "shape"> {
    const level = owner.made();
    const plan: RelationPlan = {
      index: this.#relations++,
      level,
      load,
      spread: spreadOf(shape),
      levels: levelsOf(shape),
    };
    level.relations.push(plan);
    return { source: { kind: "relation", relation: plan }, shape };
  }

  #possible(type: SchemaType): readonly ObjectModel[] | null {
    if (type.kind === "interface") return this.#parts.model.implementations(type);
    return type.kind === "union" ? type.types : null;
  }
}

/** The level of a selection is made where something is read for it. */
class LevelOwner {
  level: LevelPlan | null = null;
  readonly #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
  }

  made(): LevelPlan {
    this.level ??= { index: this.#next(), relations: [] };
    return this.level;
  }
}

const anyShape: Shape = { kind: "leaf", codec: { write: (value) => value }, nonNull: true };

export function constant(value: string): Extract<FieldPlan["source"], { kind: "constant" }> {
  return { kind: "constant", value };
}

/** What a value's innermost items are made by; null for objects. */
export function leafCodec(value: ValueBinding | null): LeafCodec | null {
  if (value === null) return null;
  if (value.kind === "list") return leafCodec(value.element);
  return value.kind === "leaf" ? value.codec : null;
}

export function locationsOf(nodes: readonly FieldNode[]): readonly SourceLocation[] {
  return nodes.flatMap(({ loc }) => {
    if (loc === undefined) return [];
    const { line, column } = getLocation(loc.source, loc.start);
    return [{ line, column }];
  });
}

/** Whether a type's values have fields. */
export function hasFields(reference: TypeReference): boolean {
  const { kind } = namedType(reference);
  return kind === "object" || kind === "interface" || kind === "union";
}
