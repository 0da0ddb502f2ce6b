import type { AnyOperation } from "../define/definition.ts";
import type { Input } from "./codec/object-reader.ts";

/** Units of the quota that a call of an operation takes: the rows that it may read or write. */
export type Units = (input: Input) => number;

/** Compiles the units of an operation's calls. */
export function unitsOf({ method, on }: AnyOperation): Units {
  if (on === null) return one;
  const { pageSize } = on.definition;
  switch (method) {
    case "list":
      // As `list` reads it: 0 stands for the usual size (AIP-158).
      return ({ pageSize: asked }) =>
        Math.min(typeof asked === "number" && asked > 0 ? asked : pageSize.default, pageSize.max);
    case "batchGet":
      return ({ ids }) => lengthOf(ids);
    case "batchCreate":
      return ({ items }) => lengthOf(items);
    default:
      return one;
  }
}

const one: Units = () => 1;

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? Math.max(1, list.length) : 1;
}
