import type { Field } from "../../schema/field.ts";
import type { Codec } from "./codec.ts";

/** One member of an object: a field under the key that handlers know and the name that the wire has. */
export class Member {
  /** In rows and inputs of handlers: `displayName`, `authorId`. */
  readonly key: string;
  /** On the wire, in the version at hand: `name`, `authorId`. */
  readonly wire: string;
  readonly field: Field;
  readonly codec: Codec;
  /** May be written as null: rows hold null for what an optional field leaves out, and for what a rule hides. */
  readonly hidesAsNull: boolean;
  /** Turns a value of a row into that of the version at hand; null where they are the same. */
  readonly toVersion: ((value: never) => unknown) | null;

  constructor(
    key: string,
    wire: string,
    field: Field,
    codec: Codec,
    hidesAsNull = false,
    toVersion: ((value: never) => unknown) | null = null,
  ) {
    this.key = key;
    this.wire = wire;
    this.field = field;
    this.codec = codec;
    this.hidesAsNull = hidesAsNull;
    this.toVersion = toVersion;
  }
}
