import type { Argued, Input } from "./known-names.ts";
import { type OperationHead, type Reading, unreadable } from "./reading.ts";
import { tokenKind } from "./tokens.ts";

/** Reads arguments (§2.6), where some stand. */
export function readArguments(reading: Reading, argued: Argued | null): void {
  if (!reading.is(tokenKind.openParenthesis)) return;
  const stated = new Set<string>();
  reading.open(tokenKind.openParenthesis);
  while (!reading.is(tokenKind.closeParenthesis)) {
    const { at } = reading;
    const name = readNew(reading, stated, "argument");
    reading.take(tokenKind.colon);
    readValue(reading, reading.names.argument(argued, name, at));
  }
  reading.close(tokenKind.closeParenthesis);
}

/** Reads a name that may stand once in a place. */
function readNew(reading: Reading, stated: Set<string>, what: string): string {
  const { at } = reading;
  const name = reading.takeName();
  if (stated.has(name)) reading.findings.add(`There can be only one ${what} named "${name}".`, at);
  stated.add(name);
  return name;
}

/** Reads directives (§2.13); how many. Streamed lists are merged by rules of their own. */
export function readDirectives(reading: Reading): number {
  let count = 0;
  for (; reading.is(tokenKind.at); count++) {
    const { at } = reading;
    reading.directive();
    reading.next();
    const name = reading.takeName();
    if (name === "stream") reading.mergesEquals = false;
    readArguments(reading, reading.names.directive(name, at));
  }
  return count;
}

/** Reads a value (§2.9). */
export function readValue(reading: Reading, type: Input): void {
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
      readItems(reading, reading.names.item(type, reading.at));
      break;
    case tokenKind.openBrace:
      readMembers(reading, reading.names.object(type, reading.at));
      break;
    default:
      throw unreadable;
  }
}

function readItems(reading: Reading, item: Input): void {
  reading.open(tokenKind.openBracket);
  while (!reading.is(tokenKind.closeBracket)) readValue(reading, item);
  reading.close(tokenKind.closeBracket);
}

function readMembers(reading: Reading, type: Input): void {
  const stated = new Set<string>();
  reading.open(tokenKind.openBrace);
  while (!reading.is(tokenKind.closeBrace)) {
    const { at } = reading;
    const name = readNew(reading, stated, "input field");
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
  reading.findings.add(`Variable "$${name}" is not defined${where}.`, at, operation.at);
}

/** Reads the variables that an operation defines (§2.10), where some stand. */
export function readVariableDefinitions(reading: Reading, { defined }: OperationHead): void {
  if (!reading.is(tokenKind.openParenthesis)) return;
  reading.open(tokenKind.openParenthesis);
  while (!reading.is(tokenKind.closeParenthesis)) {
    if (reading.is(tokenKind.string)) reading.next();
    const { at } = reading;
    reading.take(tokenKind.dollar);
    const name = reading.takeName();
    if (defined.has(name)) reading.findings.add(`There can be only one variable named "$${name}".`, at);
    defined.set(name, at);
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
