import { toWords } from "../../../base/casing.ts";
import type { AnyOperation } from "../../../define/definition.ts";

/** What an operation does, in a few words. */
export function summaryOf({ method, name, on, scope, sort }: AnyOperation): string {
  const one = on === null ? "" : toWords(on.name).toLowerCase();
  const many = on === null ? "" : toWords(on.plural).toLowerCase();
  // By sound: a user, a unit.
  const article = /^(?:[aeio]|u(?!se|ni))/.test(one) ? "an" : "a";
  switch (method) {
    case "list":
      return `List ${many}`;
    case "get":
      return `Get ${article} ${one}`;
    case "create":
      return `Create ${article} ${one}`;
    case "update":
      return `Change some fields of ${article} ${one}`;
    case "replace":
      return `Replace ${article} ${one}`;
    case "delete":
      return `Delete ${article} ${one}`;
    case "watch":
      return `Watch ${many}: those that there are, and each change`;
    case "batchGet":
      return `Get several ${many}`;
    case "batchCreate":
      return `Create several ${many}`;
    default:
      if (on === null) return toWords(name);
      // Commands are named by verbs, queries by what they answer as well.
      return `${toWords(name)}${sort === "query" ? ":" : ""} ${scope === "item" ? `${article} ${one}` : many}`;
  }
}

/** What the application says of an operation, why it is deprecated, and who may call it; empty where there is nothing to say. */
export function descriptionOf({ description, deprecated, allow }: AnyOperation): string {
  const parts = [
    description,
    typeof deprecated === "string" ? `Deprecated: ${deprecated}` : null,
    allow === null ? null : `Who may: ${allow.name}.`,
  ];
  return parts.filter((part) => part !== null).join("\n\n");
}
