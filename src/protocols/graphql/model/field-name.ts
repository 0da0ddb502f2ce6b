import { lowerFirst, upperFirst } from "../../../base/casing.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";

/** Which of the root types an operation's field is in. */
export type RootName = "Query" | "Mutation" | "Subscription";

const roots = { query: "Query", command: "Mutation", subscription: "Subscription" } as const;

export function rootOf({ plan }: OperationContract): RootName {
  return roots[plan.operation.sort];
}

/**
 * The name of an operation's field: `user`, `users`, `createUser`, `userChanged`; `publishPost`, `renameAnimals`, `search`. A resource
 * that is called the same in both numbers has `newsList` beside `news`.
 */
export function fieldName({ plan: { operation } }: OperationContract): string {
  const { on, scope, method, name } = operation;
  if (on === null) return name;
  if (method === "get") return lowerFirst(on.name);
  if (method === "list") return on.plural === lowerFirst(on.name) ? `${on.plural}List` : on.plural;
  if (method === "watch") return `${lowerFirst(on.name)}Changed`;
  const isPlural = scope === "collection" && method !== "create";
  return `${name}${isPlural ? upperFirst(on.plural) : on.name}`;
}

/** `usersConnection` */
export function connectionName(plural: string): string {
  return `${plural}Connection`;
}

/** Where the definition has an operation: `publish`, `users.get`. */
export function placeOf({ plan }: OperationContract): string {
  return plan.operation.method === null ? plan.operation.name : plan.id;
}
