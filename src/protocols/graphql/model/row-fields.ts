import { upperFirst } from "../../../base/casing.ts";
import type { Member } from "../../../plan/codec/member.ts";
import { isFindable, isListable } from "../../../plan/findable.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { targetName } from "../../../plan/table.ts";
import { type Connections, pageArguments } from "./connections.ts";
import { deprecation } from "./deprecation.ts";
import { connectionName } from "./field-name.ts";
import { inListTerms, relatedReader } from "./input-arguments.ts";
import type { RowType, RowTypes } from "./row-types.ts";
import { scalars } from "./scalars.ts";
import type { SchemaScope } from "./schema-scope.ts";
import {
  type FieldBinding,
  type FieldModel,
  listOf,
  nonNull,
  nullable,
  type TypeReference,
  withNull,
} from "./schema-types.ts";
import { canBeNull, type TypeOwner, type ValueTypes } from "./value-types.ts";

/** What the fields of rows are made with. */
export interface RowFieldParts {
  readonly scope: SchemaScope;
  readonly rows: RowTypes;
  readonly values: ValueTypes;
  readonly connections: Connections;
}

/** The field of a row that has the row's version: left out where the resource has a field of that name. */
export const rowVersionField = "rowVersion";

/** Fills the types of all rows: their members, what they refer to, and what refers to them. */
export function fillRows(parts: RowFieldParts): void {
  for (const row of parts.rows.all) fillMembers(row, parts);
  // Relations come after all members: a name that both have is the relation's mistake.
  for (const row of parts.rows.all) fillRelations(row, parts);
  for (const { type, view } of parts.rows.all) {
    if (!view.resource.definition.stored || type.fields.has(rowVersionField)) continue;
    const description =
      "Goes up by one with each change. State it as `ifVersion` to change what you have seen.";
    const field = plain(rowVersionField, nullable(scalars.Int), { kind: "rowVersion" }, description);
    parts.scope.addField(type, field, view.resource.name);
  }
}

/** The owner of a member's types: the same for rows and inputs. */
export function memberOwner({ resource }: ResourceView, { wire }: Member): TypeOwner {
  return { name: `${resource.name}${upperFirst(wire)}`, place: `${resource.name}.${wire}` };
}

function fillMembers({ type, view }: RowType, { scope, values }: RowFieldParts): void {
  for (const member of view.members) {
    const { key, wire, field, hidesAsNull, toVersion } = member;
    if (field.writeOnly) continue;
    const owner = memberOwner(view, member);
    const output = values.output(field, owner);
    const { description, deprecated } = deprecation(field.description, field.deprecated);
    scope.addField(
      type,
      {
        name: wire,
        type: withNull(output.type, canBeNull(field) || hidesAsNull),
        arguments: [],
        description,
        deprecated,
        binding: { kind: "member", key, value: output.value, convert: toVersion },
      },
      owner.place,
    );
  }
}

/** Relations as `invoke/relations.ts` finds them. */
function fillRelations(owner: RowType, parts: RowFieldParts): void {
  const { resource } = owner.view;
  for (const [name, { shape, writeOnly }] of Object.entries(resource.definition.fields)) {
    if (shape.kind !== "ref" || writeOnly) continue;
    const member = owner.view.members.find(({ key }) => key === `${name}Id`);
    const target = parts.rows.find(targetName(shape));
    if (member === undefined || target === null) continue;
    const reference = { owner, target, name, member };
    if (isFindable(target.view.resource)) addReference(reference, parts);
    if (shape.inverse !== null && isListable(resource, name)) addRelated(reference, shape.inverse, parts);
  }
}

interface Reference {
  /** Of the rows that refer. */
  readonly owner: RowType;
  /** Of the rows referred to. */
  readonly target: RowType;
  /** In today's definition. */
  readonly name: string;
  readonly member: Member;
}

function addReference({ owner, target, name, member }: Reference, { scope }: RowFieldParts): void {
  const { key, wire, field, hidesAsNull } = member;
  const { resource } = owner.view;
  const { definition } = target.view.resource;
  // Whom a rule keeps from a row finds nothing there; and only a store sees to it that what is referred to exists.
  const mayBeHidden = hidesAsNull || definition.rows !== null || definition.operations.get?.allow != null;
  const mayBeMissing = canBeNull(field) || mayBeHidden || !definition.stored;
  const type = withNull(nonNull(target.type), mayBeMissing);
  const relation = { resource: resource.name, name };
  const { description, deprecated } = deprecation(field.description, field.deprecated);
  const binding = { kind: "reference", relation, key, type: target.type, view: target.view } as const;
  const named = wire.slice(0, -"Id".length);
  scope.addField(
    owner.type,
    { ...plain(named, type, binding, description), deprecated },
    `${resource.name}.${named}`,
  );
}

/** Rows that a handler finds come from the first on, in its own order: there are neither filters nor cursors. */
function addRelated({ owner, target, name, member }: Reference, inverse: string, parts: RowFieldParts): void {
  const { page, view } = owner;
  const { stored } = view.resource.definition;
  const common = {
    kind: "related",
    relation: { resource: target.view.resource.name, name: inverse },
    key: member.key,
    page,
    read: relatedReader(view),
    reword: inListTerms,
  } as const;
  const all = pageArguments(page);
  const taken = stored ? all : all.filter((argument) => argument.name === page.argument);
  const add = (named: string, type: TypeReference, binding: FieldBinding): void =>
    parts.scope.addField(
      target.type,
      { ...plain(named, type, binding, null), arguments: taken },
      `${view.resource.name}.${name}`,
    );
  add(inverse, listOf(owner.type), { ...common, type: owner.type, isConnection: false });
  if (!stored) return;
  const connection = parts.connections.of(owner);
  add(connectionName(inverse), nonNull(connection), { ...common, type: connection, isConnection: true });
}

function plain(
  name: string,
  type: TypeReference,
  binding: FieldBinding,
  description: string | null,
): FieldModel {
  return { name, type, arguments: [], description, deprecated: null, binding };
}
