import type { BytesShape, JsonShape } from "../../schema/shape.ts";
import { type Codec, OutputMismatch, type Read } from "./codec.ts";

export function booleanCodec(): Codec {
  const check: Read = (value, path, violations) => {
    if (typeof value !== "boolean")
      violations.add(path, "type", "must be true or false", "Send true or false");
    return value;
  };
  return {
    fromJson: check,
    fromText: (text, path, violations) =>
      check(text === "true" ? true : text === "false" ? false : text, path, violations),
    check,
    write: (value, names) => `${names.bind("boolean", writeBoolean)}(${value})`,
    toJson: (value, names) => `${names.bind("boolean", booleanOf)}(${value})`,
  };
}

/** Octets; base64 (RFC 4648 §4) in text, the URL-safe alphabet (§5) is taken too. */
export function bytesCodec(shape: BytesShape): Codec {
  const check: Read = (value, path, violations) => {
    if (!(value instanceof Uint8Array)) {
      violations.add(path, "format", "must be base64", "Send the octets as base64 (RFC 4648)");
    } else if (shape.maxLength !== null && value.length > shape.maxLength) {
      violations.add(
        path,
        "maxLength",
        `must have at most ${shape.maxLength} bytes`,
        `Send ${shape.maxLength} bytes or fewer`,
      );
    }
    return value;
  };
  const fromText: Read = (value, path, violations) =>
    check(
      typeof value === "string" && isBase64(value) ? new Uint8Array(Buffer.from(value, "base64")) : value,
      path,
      violations,
    );
  return {
    fromJson: fromText,
    fromText,
    check,
    write: (value, names) => `${names.bind("bytes", writeBytes)}(${value})`,
    toJson: (value, names) => `${names.bind("bytes", base64)}(${value})`,
  };
}

/** Any JSON value. Its depth is bounded, since writing a deep value again would exhaust the stack. */
export function jsonCodec(shape: JsonShape): Codec {
  const check: Read = (value, path, violations) => {
    if (!isJson(value, shape.maxDepth)) {
      violations.add(
        path,
        "depth",
        `must be JSON nested at most ${shape.maxDepth} deep`,
        "Send a flatter JSON value",
      );
    }
    return value;
  };
  return {
    fromJson: check,
    fromText: (text, path, violations) => check(parse(text), path, violations),
    check,
    write: (value, names) => `${names.bind("json", writeJson)}(${value})`,
  };
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) && text.replace(/=+$/, "").length % 4 !== 1;
}

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (depth <= 0 || typeof value !== "object") return false;
  for (const child of Array.isArray(value) ? value : Object.values(value))
    if (!isJson(child, depth - 1)) return false;
  return true;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function booleanOf(value: unknown): boolean {
  if (typeof value !== "boolean") throw new OutputMismatch("a boolean", value);
  return value;
}

function writeBoolean(value: unknown): string {
  return booleanOf(value) ? "true" : "false";
}

function base64(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw new OutputMismatch("a Uint8Array", value);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
}

function writeBytes(value: unknown): string {
  return `"${base64(value)}"`;
}

function writeJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new OutputMismatch("a JSON value", value);
  return text;
}
