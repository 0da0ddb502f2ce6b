import type { Known } from "./known.ts";
import type { Place } from "./place.ts";

/** Where a field type stands. */
export interface FieldSite {
  readonly place: Place;
  readonly known: Known;
  /** What the whole belongs to. `message`: of a channel; `conversion`: a field as an older version has it. */
  readonly of: "resource" | "input" | "output" | "message" | "conversion";
  /** A member of the whole itself, of an object in it, an item of a list, or the whole. */
  readonly as: "member" | "nested" | "item" | "whole";
  /** How many objects and lists it stands in. */
  readonly depth: number;
}
