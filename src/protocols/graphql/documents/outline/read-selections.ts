import { tooComplex } from "../request-errors.ts";
import type { Composite, Field } from "./known-names.ts";
import { isSameField, type OutlineField, OutlineSet } from "./outline.ts";
import { readArguments, readDirectives } from "./read-values.ts";
import { type Reading, unreadable } from "./reading.ts";
import { tokenKind } from "./tokens.ts";

/** What selections stand in. */
export interface Place {
  readonly set: OutlineSet;
  readonly type: Composite;
  /** Level of fields, from 1. */
  readonly depth: number;
}

/** Reads a selection set (§2.5) into that of a place. */
export function readSelections(reading: Reading, place: Place): void {
  if (place.depth > reading.limits.depth) throw tooComplex("depth", reading.limits.depth);
  reading.open(tokenKind.openBrace);
  while (!reading.is(tokenKind.closeBrace)) {
    reading.selection(place.set);
    if (reading.is(tokenKind.name)) readField(reading, place);
    else if (reading.is(tokenKind.spread)) readSpread(reading, place);
    else throw unreadable;
  }
  reading.close(tokenKind.closeBrace);
}

function readField(reading: Reading, { set, type, depth }: Place): void {
  const { at } = reading;
  const responseName = reading.takeName();
  let name = responseName;
  if (reading.is(tokenKind.colon)) {
    reading.next();
    name = reading.takeName();
    reading.alias(set);
  }
  const field = reading.names.field(type, name, at);
  const stated = readStated(reading, name, field);
  set.directives += readDirectives(reading);
  const below = reading.is(tokenKind.openBrace) ? [new OutlineSet()] : [];
  add(reading, set, responseName, { count: 1, stated, type: field?.type ?? null, below });
  for (const each of below)
    readSelections(reading, { set: each, type: reading.names.below(field), depth: depth + 1 });
}

/** Reads the arguments; what the text says of the field. */
function readStated(reading: Reading, name: string, field: Field): string {
  if (!reading.is(tokenKind.openParenthesis)) return name;
  const { at } = reading;
  readArguments(reading, field === null ? null : { label: `field "${field}"`, of: field });
  return name + reading.since(at);
}

function add(reading: Reading, { fields }: OutlineSet, name: string, field: OutlineField): void {
  const known = fields.get(name);
  if (known === undefined) {
    fields.set(name, field);
    return;
  }
  const { repeats } = reading.limits;
  if (++known.count > repeats) throw tooComplex("repeats", repeats);
  if (!isSameField(known, field)) reading.mergesEquals = false;
  known.below.push(...field.below);
}

function readSpread(reading: Reading, place: Place): void {
  const { at } = reading;
  reading.next();
  const name = reading.is(tokenKind.name) ? reading.takeName() : null;
  if (name === null) readInline(reading, place);
  else if (name === "on")
    readInline(reading, { ...place, type: reading.names.condition(reading.takeName()) });
  else {
    place.set.spreads.push(name);
    reading.spreads.push({ name, at });
    place.set.directives += readDirectives(reading);
  }
}

function readInline(reading: Reading, place: Place): void {
  place.set.directives += readDirectives(reading);
  readSelections(reading, place);
}
