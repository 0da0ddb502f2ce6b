import type { Field, ListShape } from "../../schema/field.ts";
import { type Codec, Names, OutputMismatch, type Read } from "./codec.ts";
import type { Violations } from "./violations.ts";
import { placedInList } from "./write-object.ts";

/** Lists; in text, the values of a repeated parameter. */
export function listCodec(shape: ListShape, element: Codec): Codec {
  const fromJson = readList(shape, element.fromJson);
  const read = readList(shape, element.fromText as Read);
  return {
    fromJson,
    fromText: (value, path, violations) =>
      read(typeof value === "string" ? [value] : value, path, violations),
    check: readList(shape, element.check),
    ...(element.fromTyped === undefined ? {} : { fromTyped: readList(shape, element.fromTyped) }),
    write: (value, names) => `${names.bind("list", writeList(shape.element, element))}(${value})`,
  };
}

function readList(shape: ListShape, read: Read): Read {
  return (value, path, violations) => {
    if (!Array.isArray(value)) {
      violations.add(path, "type", "must be a list", "Send a list");
      return value;
    }
    // A list that is too long is not looked into: its length alone is refused.
    if (!checkSize(value, shape, path, violations)) return value;
    const found = violations.count;
    // Not by `map`, which leaves out what a list of this process leaves out.
    const items: unknown[] = [];
    for (let index = 0; index < value.length; index++)
      items.push(readElement(value[index], shape.element, read, `${path}[${index}]`, violations));
    // Looked at as handlers will see them, and only once they are sound: what came may be nested without end.
    if (shape.uniqueItems && violations.count === found && hasTwice(items))
      violations.add(path, "uniqueItems", "must not have an item twice", "Send each item once");
    return items;
  };
}

function readElement(item: unknown, field: Field, read: Read, path: string, violations: Violations): unknown {
  if (item !== null) return read(item, path, violations);
  if (!field.nullable && !field.optional)
    violations.add(path, "required", "must not be null", "Send a value");
  return null;
}

function checkSize(
  value: readonly unknown[],
  shape: ListShape,
  path: string,
  violations: Violations,
): boolean {
  const { minItems, maxItems } = shape;
  if (minItems !== null && value.length < minItems) {
    violations.add(
      path,
      "minItems",
      `must have at least ${minItems} items`,
      `Send ${minItems} items or more`,
    );
  }
  if (maxItems === null || value.length <= maxItems) return true;
  violations.add(path, "maxItems", `must have at most ${maxItems} items`, `Send ${maxItems} items or fewer`);
  return false;
}

function hasTwice(items: readonly unknown[]): boolean {
  return new Set(items.map(identityOf)).size < items.length;
}

/** Text that is the same for the same values. */
function identityOf(item: unknown): string {
  return JSON.stringify(item, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)) ?? "";
}

function writeList(field: Field, element: Codec): (value: unknown) => string {
  const names = new Names();
  const each = element.write("item", names);
  const expression = field.nullable || field.optional ? `item === null ? "null" : ${each}` : each;
  const write = names.compile(["item"], `return ${expression}`) as (item: unknown) => string;
  return (value) => {
    if (!Array.isArray(value)) throw new OutputMismatch("a list", value);
    let text = "";
    try {
      for (const item of value) text += text === "" ? write(item) : `,${write(item)}`;
    } catch (thrown) {
      throw placedInList(write, value, thrown);
    }
    return `[${text}]`;
  };
}
