import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";

/** A token of a filter, and where it stands (UTF-16 units from 0). */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export type TokenKind = "name" | "text" | "number" | "comparator" | "open" | "close" | "end";

const forms: readonly (readonly [TokenKind, RegExp])[] = [
  ["open", /\(/y],
  ["close", /\)/y],
  ["comparator", /<=|>=|!=|=|<|>|:/y],
  ["text", /"(?:[^"\\]|\\["\\])*"|'(?:[^'\\]|\\['\\])*'/y],
  ["number", /-?\d[\w.:+-]*/y],
  ["name", /-?[A-Za-z_][A-Za-z0-9_.-]*/y],
];

/** Parts a filter into tokens. */
export function tokenize(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = skipSpaces(filter, 0);
  while (position < filter.length) {
    const token = tokenAt(filter, position);
    tokens.push(token);
    position = skipSpaces(filter, token.end);
  }
  tokens.push({ kind: "end", value: "", start: filter.length, end: filter.length });
  return tokens;
}

/** An error about a filter. */
export function filterError(
  message: string,
  mend = 'Write it as in `title = "Hello" AND publishedAt != null`',
): ApiError {
  return frameworkError("INVALID_FILTER", `filter: ${message}`, {
    violations: [{ path: "filter", rule: "filter", message, mend }],
  });
}

function tokenAt(filter: string, start: number): Token {
  for (const [kind, form] of forms) {
    form.lastIndex = start;
    const match = form.exec(filter);
    if (match === null) continue;
    const text = match[0];
    const value = kind === "text" ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
    return { kind, value, start, end: start + text.length };
  }
  throw filterError(`cannot be read from character ${start + 1} on`);
}

function skipSpaces(filter: string, from: number): number {
  let position = from;
  while (position < filter.length && /\s/.test(filter.charAt(position))) position++;
  return position;
}
