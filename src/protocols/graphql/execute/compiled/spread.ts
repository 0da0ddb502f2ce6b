import { TypedValue } from "../typed-value.ts";
import type { LevelPlan, SelectionPlan, Shape, Spread } from "./plan.ts";

/** What finds the objects of levels in values of a shape; null where there are none. */
export function spreadOf(shape: Shape): Spread | null {
  switch (shape.kind) {
    case "leaf":
      return null;
    case "list":
      return listSpread(spreadOf(shape.of));
    case "object":
      return selectionSpread(shape.selection);
    case "abstract":
      return abstractSpread(shape.byType);
  }
}

/** The levels that begin in values of a shape. */
export function levelsOf(shape: Shape): readonly LevelPlan[] {
  switch (shape.kind) {
    case "leaf":
      return [];
    case "list":
      return levelsOf(shape.of);
    case "object":
      return selectionLevels(shape.selection);
    case "abstract":
      return [...shape.byType.values()].flatMap(selectionLevels);
  }
}

function selectionLevels({ level, fields }: SelectionPlan): readonly LevelPlan[] {
  const below = fields.flatMap(({ source, shape }) => (source.kind === "access" ? levelsOf(shape) : []));
  return level === null ? below : [level, ...below];
}

function listSpread(each: Spread | null): Spread | null {
  if (each === null) return null;
  return (value, parents) => {
    if (Array.isArray(value)) for (const item of value) each(item, parents);
  };
}

function selectionSpread({ level, fields }: SelectionPlan): Spread | null {
  const below = fields.flatMap(({ source, shape }) => {
    const spread = source.kind === "access" ? spreadOf(shape) : null;
    return spread === null || source.kind !== "access" ? [] : [{ read: source.read, spread }];
  });
  if (level === null && below.length === 0) return null;
  const index = level?.index ?? null;
  return (value, parents) => {
    if (typeof value !== "object" || value === null) return;
    if (index !== null) parents[index]?.push(value);
    for (const { read, spread } of below) spread(read(value), parents);
  };
}

function abstractSpread(byType: ReadonlyMap<string, SelectionPlan>): Spread | null {
  const spreads = new Map(
    [...byType].flatMap(([type, selection]) => {
      const spread = selectionSpread(selection);
      return spread === null ? [] : [[type, spread] as const];
    }),
  );
  if (spreads.size === 0) return null;
  return (value, parents) => {
    if (value instanceof TypedValue) spreads.get(value.type)?.(value.value, parents);
  };
}
