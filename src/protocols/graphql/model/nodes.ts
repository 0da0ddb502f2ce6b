import type { VersionPlan } from "../../../plan/api-plan.ts";
import type { RowTypes } from "./row-types.ts";
import { scalars } from "./scalars.ts";
import type { SchemaScope } from "./schema-scope.ts";
import {
  type ArgumentModel,
  InterfaceModel,
  listOf,
  type NodeTarget,
  nonNull,
  nullable,
  type ObjectModel,
  type TypeReference,
} from "./schema-types.ts";
import type { IsServed } from "./served.ts";

/** `nodes` takes this many ids at most. */
export const nodesMax = 100;

/** What the fields are made with. */
export interface NodeParts {
  readonly scope: SchemaScope;
  readonly version: VersionPlan;
  readonly rows: RowTypes;
  readonly isServed: IsServed;
}

/** Relay's global object identification: ids that a store made are unique as they are. */
export function addNodes(query: ObjectModel, { scope, version, rows, isServed }: NodeParts): void {
  const targets = nodeTargets(version, rows, isServed);
  if (targets.length === 0) return;
  const node = scope.addOwn(
    new InterfaceModel("Node", "A row that its id alone finds.", [
      { name: "id", type: nonNull(scalars.ID), arguments: [], description: null, deprecated: null },
    ]),
  );
  for (const { type } of targets) type.interfaces.push(node);
  scope.addOwnField(query, {
    name: "node",
    type: nullable(node),
    arguments: [argument("id", nonNull(scalars.ID))],
    description: "A row by its id, whatever it is of; null for an id of none.",
    deprecated: null,
    binding: { kind: "node", targets },
  });
  scope.addOwnField(query, {
    name: "nodes",
    type: { kind: "list", of: nullable(node), nonNull: true },
    arguments: [argument("ids", listOf(scalars.ID))],
    description: `Rows by their ids, in the order of these, null for each of none; ${nodesMax} at most.`,
    deprecated: null,
    binding: { kind: "nodes", targets, argument: "ids", most: nodesMax },
  });
}

function nodeTargets({ contracts }: VersionPlan, rows: RowTypes, isServed: IsServed): readonly NodeTarget[] {
  return [...rows.all].flatMap(({ type, view: { resource } }) => {
    const get = contracts.find(({ plan }) => plan.operation === resource.definition.operations.get);
    return resource.definition.stored && get !== undefined && isServed(get) ? [{ type, get }] : [];
  });
}

function argument(name: string, type: TypeReference): ArgumentModel {
  return { name, type, default: undefined, description: null, deprecated: null };
}
