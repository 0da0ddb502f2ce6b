import type { LockedNumbers, PackageLock } from "../model/package-lock.ts";
import { LOCK_VERSION, type LockFile } from "./lock-file.ts";

/** The text of a lock: everything in a fixed order, and each number on a line of its own. */
export function lockText({ packages, others }: Pick<LockFile, "packages" | "others">): string {
  const grpc = sortedEntries(packages).map(([name, each]) => [name, packageValue(each)] as const);
  const kept = sortedEntries(others).map(([name, each]) => [name, toMap(each)] as const);
  const members = [["version", LOCK_VERSION], ["grpc", new Map(grpc)], ...kept] as const;
  return `${written(new Map(members), "")}\n`;
}

/** A Map is written over several lines, anything else on one. */
function written(value: unknown, indent: string): string {
  if (!(value instanceof Map)) return onOneLine(value);
  if (value.size === 0) return "{}";
  const inner = `${indent}  `;
  const lines = [...value].map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${written(member, inner)}`,
  );
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

/** `{ "number": 1, "type": "string" }` */
function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${onOneLine(each)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function toMap(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return new Map(Object.entries(value).map(([name, each]) => [name, toMap(each)]));
}

function packageValue({ messages, enums }: PackageLock): Map<string, unknown> {
  return new Map([
    ["messages", typesValue(messages, ({ number, type }) => ({ number, type }))],
    ["enums", typesValue(enums, ({ number }) => number)],
  ]);
}

function typesValue(
  types: Readonly<Record<string, LockedNumbers>>,
  toValue: (locked: LockedNumbers["numbers"][string]) => unknown,
): Map<string, unknown> {
  const toLines = (numbers: LockedNumbers["numbers"]): Map<string, unknown> =>
    new Map(
      Object.entries(numbers)
        .sort(([, one], [, other]) => one.number - other.number)
        .map(([name, locked]) => [name, toValue(locked)]),
    );
  return new Map(
    sortedEntries(types).map(([name, { numbers, removed }]) => {
      const members: [string, unknown][] = [["numbers", toLines(numbers)]];
      if (Object.keys(removed).length > 0) members.push(["removed", toLines(removed)]);
      return [name, new Map(members)];
    }),
  );
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
}
