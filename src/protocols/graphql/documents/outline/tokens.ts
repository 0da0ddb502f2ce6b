/** What a token is: for punctuation its (first) character, and these. */
export const tokenKind = {
  end: 0,
  name: 1,
  number: 2,
  string: 3,
  /** What no token begins with, or what breaks off. */
  unreadable: 4,
  exclamation: 0x21,
  dollar: 0x24,
  openParenthesis: 0x28,
  closeParenthesis: 0x29,
  spread: 0x2e,
  colon: 0x3a,
  equals: 0x3d,
  at: 0x40,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/**
 * The lexical tokens of a text (GraphQL, September 2025, §2.1), one after the other, without their values: where each one stands is all
 * that is kept. Everything that is a token is told as such; of what is none, some things are let through (an unknown escape in a string, zeros
 * before a number), for parsing tells of them.
 */
export class Tokens {
  readonly text: string;
  kind: number;
  start: number;
  end: number;

  /** Stands before the first token. */
  constructor(text: string) {
    this.text = text;
    this.kind = tokenKind.end;
    this.start = 0;
    this.end = 0;
  }

  /** Of a name: its text. */
  get name(): string {
    return this.text.slice(this.start, this.end);
  }

  advance(): void {
    const { text } = this;
    const start = startOfToken(text, this.end);
    const code = text.charCodeAt(start);
    this.start = start;
    if (isNameStart(code)) {
      this.kind = tokenKind.name;
      this.end = endOfName(text, start + 1);
    } else if (code === quotationMark) this.#take(tokenKind.string, endOfString(text, start));
    else if (code === tokenKind.spread)
      this.#take(tokenKind.spread, text.startsWith("...", start) ? start + 3 : -1);
    else if (code === minus || isDigit(code)) this.#take(tokenKind.number, endOfNumber(text, start));
    else if (isPunctuation(code)) this.#take(code, start + 1);
    else this.#take(start === text.length ? tokenKind.end : tokenKind.unreadable, start);
  }

  /** `end` is below 0 for what breaks off. */
  #take(kind: number, end: number): void {
    this.kind = end < 0 ? tokenKind.unreadable : kind;
    this.end = end < 0 ? this.text.length : end;
  }
}

const quotationMark = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Goes past what is ignored: white space, line ends, commas, comments and byte order marks (§2.1.1 to §2.1.7). */
function startOfToken(text: string, from: number): number {
  for (let at = from; ; at++) {
    switch (text.charCodeAt(at)) {
      case 0x20:
      case 0x2c:
      case lineFeed:
      case carriageReturn:
      case 0x09:
      case 0xfeff:
        break;
      case 0x23:
        at = endOfLine(text, at) - 1;
        break;
      default:
        return at;
    }
  }
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === lineFeed || code === carriageReturn) return at;
  }
  return text.length;
}

function endOfName(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); isNameStart(code) || isDigit(code); code = text.charCodeAt(at)) at++;
  return at;
}

/** Below 0 where it breaks off, or where something stands behind it that would be part of it. */
function endOfNumber(text: string, start: number): number {
  const sign = text.charCodeAt(start) === minus ? 1 : 0;
  let at = endOfDigits(text, start + sign);
  if (text[at] === ".") at = endOfDigits(text, at + 1);
  if (at > 0 && (text[at] === "e" || text[at] === "E"))
    at = endOfDigits(text, at + (text[at + 1] === "+" || text[at + 1] === "-" ? 2 : 1));
  return at > 0 && (text[at] === "." || isNameStart(text.charCodeAt(at))) ? -1 : at;
}

/** Below 0 where there are none. */
function endOfDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at === from ? -1 : at;
}

function endOfString(text: string, start: number): number {
  if (text.startsWith('"""', start)) return endOfBlock(text, start + 3);
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quotationMark) return at + 1;
    if (code === lineFeed || code === carriageReturn) return -1;
    if (code === backslash) at++;
  }
  return -1;
}

/** Three quotation marks end it, unless a backslash stands before them. */
function endOfBlock(text: string, start: number): number {
  let end = text.indexOf('"""', start);
  while (end > start && text.charCodeAt(end - 1) === backslash) end = text.indexOf('"""', end + 3);
  return end < 0 ? -1 : end + 3;
}

function isPunctuation(code: number): boolean {
  switch (code) {
    case tokenKind.exclamation:
    case tokenKind.dollar:
    case 0x26:
    case tokenKind.openParenthesis:
    case tokenKind.closeParenthesis:
    case tokenKind.colon:
    case tokenKind.equals:
    case tokenKind.at:
    case tokenKind.openBracket:
    case tokenKind.closeBracket:
    case tokenKind.openBrace:
    case 0x7c:
    case tokenKind.closeBrace:
      return true;
    default:
      return false;
  }
}

function isNameStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
