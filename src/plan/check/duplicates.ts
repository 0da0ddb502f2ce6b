import { toSnakeCase } from "../../base/casing.ts";
import type { AnyOperation, AnyResource } from "../../define/definition.ts";
import { called } from "./form.ts";
import { Seen } from "./names.ts";
import type { Place } from "./place.ts";
import { readRest } from "./rest.ts";

/** Checks that no two resources are one in GraphQL, in a path or in the database. */
export function checkResourceNames(resources: readonly AnyResource[], place: Place): void {
  const [names, tables, objects] = [new Seen(), new Seen(), new Set<AnyResource>()];
  for (const resource of resources) {
    const { name, plural } = resource;
    const at = place.other(called(name, "resource"));
    if (objects.has(resource)) {
      at.tell("is there twice", "Name it once in resources");
      continue;
    }
    objects.add(resource);
    const sameName = names.add(toSnakeCase(String(name)), String(name));
    const samePlural = tables.add(toSnakeCase(String(plural)), String(name));
    if (sameName !== null) at.tell(`has the name of another resource, ${sameName}`, "Rename one of the two");
    else if (samePlural !== null)
      at.tell(
        `has the plural ${plural}, and its table the name of that of ${samePlural}`,
        `State another plural: plural: "..."`,
      );
  }
}

/** Checks that no two operations have one name or one address. */
export function checkOperationNames(operations: readonly AnyOperation[], place: Place): void {
  const [ids, addresses, objects] = [new Seen(), new Seen(), new Set<AnyOperation>()];
  for (const operation of operations) {
    const { name, on, rest } = operation;
    const at = place.other(called(name, "operation"));
    if (objects.has(operation)) {
      at.tell("is there twice", "Name it once in operations");
      continue;
    }
    objects.add(operation);
    const id = on === null ? String(name) : `${on.plural}.${name}`;
    if (ids.add(id, id) !== null) at.tell(`is another operation ${id}`, "Rename one of the two");
    const read = readRest(rest);
    if (read === null) continue;
    const address = `${read.method} ${read.template.replace(/\{[^{}]+\}/g, "{}")}`;
    const other = addresses.add(address, id);
    if (other !== null) at.tell(`has the address of ${other}: ${rest}`, "Change one of the two");
  }
}

/** Checks that each name in a list of texts is there once. */
export function checkOnce(names: readonly string[], what: string, place: (name: string) => Place): void {
  const seen = new Seen();
  for (const name of names) {
    if (seen.add(name, name) !== null) place(name).tell(`is the ${what} of two`, "Rename one of the two");
  }
}
