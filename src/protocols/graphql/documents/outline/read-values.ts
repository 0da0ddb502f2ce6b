import type { Field, InputObject } from "./known-names.ts";
import { type OperationHead, type Reading, unreadable } from "./reading.ts";
import { tokenKind } from "./tokens.ts";

/** Reads arguments (§2.6), where some stand. */
export function readArguments(reading: Reading, field: Field): void {
  if (!reading.is(tokenKind.openParenthesis)) return;
  reading.open(tokenKind.openParenthesis);
  while (!reading.is(tokenKind.closeParenthesis)) {
    const { at } = reading;
    const name = reading.takeName();
    reading.take(tokenKind.colon);
    readValue(reading, reading.names.argument(field, name, at));
  }
  reading.close(tokenKind.closeParenthesis);
}

/** Reads directives (§2.13); how many. Streamed lists are merged by rules of their own. */
export function readDirectives(reading: Reading): number {
  let count = 0;
  for (; reading.is(tokenKind.at); count++) {
    reading.directive();
    reading.next();
    if (reading.takeName() === "stream") reading.mergesEquals = false;
    readArguments(reading, null);
  }
  return count;
}

/** Reads a value (§2.9). `type`: what it is of, or its items are of, where that has members. */
export function readValue(reading: Reading, type: InputObject): void {
  switch (reading.kind) {
    case tokenKind.name:
    case tokenKind.number:
    case tokenKind.string:
      reading.next();
      break;
    case tokenKind.dollar:
      readVariable(reading);
      break;
    case tokenKind.openBracket:
      reading.open(tokenKind.openBracket);
      while (!reading.is(tokenKind.closeBracket)) readValue(reading, type);
      reading.close(tokenKind.closeBracket);
      break;
    case tokenKind.openBrace:
      readMembers(reading, type);
      break;
    default:
      throw unreadable;
  }
}

function readMembers(reading: Reading, type: InputObject): void {
  reading.open(tokenKind.openBrace);
  while (!reading.is(tokenKind.closeBrace)) {
    const { at } = reading;
    const name = reading.takeName();
    reading.take(tokenKind.colon);
    readValue(reading, reading.names.member(type, name, at));
  }
  reading.close(tokenKind.closeBrace);
}

function readVariable(reading: Reading): void {
  const { at } = reading;
  reading.next();
  const name = reading.takeName();
  reading.used.add(name);
  const { operation } = reading;
  if (operation === null || operation.defined.has(name)) return;
  const where = operation.name === "" ? "" : ` by operation "${operation.name}"`;
  reading.names.add(`Variable "$${name}" is not defined${where}.`, at, operation.at);
}

/** Reads the variables that an operation defines (§2.10), where some stand. */
export function readVariableDefinitions(reading: Reading, { defined }: OperationHead): void {
  if (!reading.is(tokenKind.openParenthesis)) return;
  reading.open(tokenKind.openParenthesis);
  while (!reading.is(tokenKind.closeParenthesis)) {
    if (reading.is(tokenKind.string)) reading.next();
    const { at } = reading;
    reading.take(tokenKind.dollar);
    defined.set(reading.takeName(), at);
    reading.take(tokenKind.colon);
    const type = readType(reading);
    if (reading.is(tokenKind.equals)) {
      reading.next();
      readValue(reading, reading.names.input(type));
    }
    readDirectives(reading);
  }
  reading.close(tokenKind.closeParenthesis);
}

/** Reads a type (§2.11); the name of what it is made of. */
function readType(reading: Reading): string {
  let levels = 0;
  for (; reading.is(tokenKind.openBracket); levels++) reading.open(tokenKind.openBracket);
  const name = reading.takeName();
  if (reading.is(tokenKind.exclamation)) reading.next();
  for (; levels > 0; levels--) {
    reading.close(tokenKind.closeBracket);
    if (reading.is(tokenKind.exclamation)) reading.next();
  }
  return name;
}
