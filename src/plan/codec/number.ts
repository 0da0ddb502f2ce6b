import { fromScaled, toScaled } from "../../base/decimal.ts";
import type { DecimalShape, Int64Shape, NumberShape } from "../../schema/shape.ts";
import { type Codec, OutputMismatch, type Read } from "./codec.ts";
import type { Violations } from "./violations.ts";

/** Whole numbers of 32 bits, and doubles. */
export function numberCodec(shape: NumberShape): Codec {
  const whole = shape.kind === "int32";
  const check: Read = (value, path, violations) => {
    if (typeof value !== "number" || !(whole ? isInt32(value) : Number.isFinite(value))) {
      const what = whole ? "a whole number of 32 bits" : "a finite number";
      violations.add(
        path,
        "type",
        `must be ${what}`,
        whole ? "Send a number from -2147483648 to 2147483647" : "Send a number",
      );
      return value;
    }
    checkRange(value, shape.minimum, shape.maximum, path, violations);
    return value === 0 ? 0 : value;
  };
  return {
    fromJson: check,
    fromText: (text, path, violations) =>
      check(jsonNumber.test(text) ? Number(text) : text, path, violations),
    check,
    write: (value, names) => `${names.bind("number", whole ? writeInt32 : writeFloat)}(${value})`,
    toJson: (value, names) => `${names.bind("number", whole ? int32Of : floatOf)}(${value})`,
  };
}

/** Whole numbers of 64 bits. JSON states them as strings (RFC 8259 §6); safe integers are taken as numbers too. */
export function int64Codec(shape: Int64Shape): Codec {
  const check: Read = (value, path, violations) => {
    if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) {
      violations.add(
        path,
        "type",
        "must be a whole number of 64 bits",
        'Send it as a string, such as "9007199254740993"',
      );
      return value;
    }
    checkRange(value, shape.minimum, shape.maximum, path, violations);
    return value;
  };
  const fromText: Read<string> = (text, path, violations) =>
    check(/^-?\d{1,19}$/.test(text) ? BigInt(text) : text, path, violations);
  return {
    fromJson: (value, path, violations) => {
      if (typeof value === "string") return fromText(value, path, violations);
      return check(Number.isSafeInteger(value) ? BigInt(value as number) : value, path, violations);
    },
    fromText,
    check,
    write: (value, names) => `${names.bind("int64", writeInt64)}(${value})`,
    toJson: (value, names) => `${names.bind("int64", int64Text)}(${value})`,
  };
}

/** Exact decimals, as strings with just `scale` digits after the point. */
export function decimalCodec(shape: DecimalShape): Codec {
  const whole = shape.precision - shape.scale;
  const form = new RegExp(
    `^-?\\d{1,${Math.max(1, whole)}}${shape.scale > 0 ? `(?:\\.\\d{1,${shape.scale}})?` : ""}$`,
  );
  const [minimum, maximum] = [shape.minimum, shape.maximum].map((bound) =>
    bound === null ? null : toScaled(bound, shape.scale),
  );
  const check: Read = (value, path, violations) => {
    const text = typeof value === "string" ? value.replace(/^(-?)0+(?=\d)/, "$1") : "";
    if (!form.test(text) || (whole === 0 && !/^-?0/.test(text))) {
      const digits = `at most ${shape.precision} digits, ${shape.scale} of them after the point`;
      violations.add(
        path,
        "type",
        `must be a decimal number of ${digits}`,
        'Send it as a string, such as "12.50"',
      );
      return value;
    }
    checkRange(toScaled(text, shape.scale), minimum ?? null, maximum ?? null, path, violations, (bound) =>
      fromScaled(bound, shape.scale),
    );
    return fromScaled(toScaled(text, shape.scale), shape.scale);
  };
  return {
    fromJson: (value, path, violations) =>
      check(typeof value === "number" ? String(value) : value, path, violations),
    fromText: check,
    check,
    write: (value, names) => `${names.bind("decimal", writeDecimal)}(${value})`,
    toJson: (value, names) => `${names.bind("decimal", decimalText)}(${value})`,
  };
}

/** JSON's grammar of numbers (RFC 8259 §6): no hexadecimal, no spaces, no plus sign. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function isInt32(value: number): boolean {
  return (value | 0) === value;
}

function checkRange<N extends number | bigint>(
  value: N,
  minimum: N | null,
  maximum: N | null,
  path: string,
  violations: Violations,
  show: (bound: N) => string = String,
): void {
  if (minimum !== null && value < minimum) {
    violations.add(path, "minimum", `must be at least ${show(minimum)}`, `Send ${show(minimum)} or more`);
  }
  if (maximum !== null && value > maximum) {
    violations.add(path, "maximum", `must be at most ${show(maximum)}`, `Send ${show(maximum)} or less`);
  }
}

function int32Of(value: unknown): number {
  if (typeof value !== "number" || !isInt32(value))
    throw new OutputMismatch("a whole number of 32 bits", value);
  return value;
}

function writeInt32(value: unknown): string {
  return `${int32Of(value)}`;
}

function floatOf(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new OutputMismatch("a finite number", value);
  return value;
}

function writeFloat(value: unknown): string {
  return `${floatOf(value)}`;
}

function int64Text(value: unknown): string {
  if (typeof value !== "bigint") throw new OutputMismatch("a bigint", value);
  return String(value);
}

function writeInt64(value: unknown): string {
  return `"${int64Text(value)}"`;
}

function decimalText(value: unknown): string {
  if (typeof value !== "string" || !/^-?\d+(?:\.\d+)?$/.test(value))
    throw new OutputMismatch("a decimal string", value);
  return value;
}

function writeDecimal(value: unknown): string {
  return `"${decimalText(value)}"`;
}
