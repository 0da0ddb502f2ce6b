import { repeatedMember } from "../base/repeated-member.ts";
import type { AnyChannel } from "../define/channel-definition.ts";
import { frameworkError } from "../errors/codes.ts";
import type { Field } from "../schema/field.ts";
import { compileCodec, type RowCodecs } from "./codec/compile.ts";
import { Violations } from "./codec/violations.ts";
import { valueWriter } from "./value-writer.ts";

/** What a path has for the names in braces. */
export type ChannelParameters = Readonly<Record<string, string>>;

/** A channel, planned: reads and writes its messages, and knows its paths. Messages are those of today, in every version. */
export class ChannelPlan {
  readonly channel: AnyChannel;
  /** Whether clients send text as it is, and not JSON. */
  readonly takesText: boolean;
  /** Whether clients are sent text as it is, and not JSON in an envelope. */
  readonly sendsText: boolean;
  /** Reads what a client sent. Throws an ApiError for what is no such message. */
  readonly read: (text: string) => unknown;
  /** Writes a message for clients: text as it is, or JSON. Throws an OutputMismatch. */
  readonly write: (message: unknown) => string;
  /** Whether a path without names in braces is all there is. */
  readonly isFixed: boolean;
  readonly #pattern: RegExp;
  readonly #names: readonly string[];

  constructor(channel: AnyChannel, rows: RowCodecs) {
    const { path, message, sends } = channel;
    this.channel = channel;
    this.takesText = isText(message);
    this.sendsText = isText(sends);
    this.read = messageReader(message, rows);
    this.write = this.sendsText ? textWriter : valueWriter(sends, rows);
    this.#names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    this.isFixed = this.#names.length === 0;
    const pattern = path.replaceAll(/[.~]/g, "\\$&").replaceAll(/\{\w+\}/g, `([^/]{1,${longestValue}})`);
    this.#pattern = new RegExp(`^${pattern}$`);
  }

  /** What a path has for the names; null for a path of something else. */
  match(path: string): ChannelParameters | null {
    const match = this.#pattern.exec(path);
    if (match === null) return null;
    try {
      return Object.fromEntries(
        this.#names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]),
      );
    } catch {
      return null;
    }
  }
}

/** Percent-encoded characters of a path's part: rooms are kept by it. */
const longestValue = 600;

function isText({ shape }: Field): boolean {
  return shape.kind === "text" || shape.kind === "string";
}

function messageReader(field: Field, rows: RowCodecs): (text: string) => unknown {
  const codec = compileCodec(field, rows);
  const parse = isText(field) ? (text: string): unknown => text : parseMessage;
  return (text) => {
    const violations = new Violations();
    const message = codec.fromJson(parse(text), "", violations);
    if (violations.any) throw violations.toError();
    return message;
  };
}

function parseMessage(text: string): unknown {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw invalid("", "is not JSON");
  }
  const repeated = repeatedMember(text, message);
  if (repeated !== null) throw invalid(repeated, "is stated twice");
  return message;
}

function invalid(path: string, message: string): Error {
  return frameworkError("INVALID_JSON", path === "" ? "The message is not JSON" : `${path}: ${message}`, {
    violations: [{ path, rule: "json", message, mend: "Send one JSON value (RFC 8259)" }],
  });
}

function textWriter(message: unknown): string {
  if (typeof message === "string") return message;
  throw new TypeError("A channel of text sends text");
}
