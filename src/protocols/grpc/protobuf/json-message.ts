import { OutputMismatch } from "../../../plan/codec/codec.ts";
import { type JsonCodec, type JsonPlace, membersOf } from "./json-codec.ts";
import type { FieldShape } from "./message-shape.ts";

/** A field in ProtoJSON. */
export interface JsonField {
  readonly shape: FieldShape;
  /** The member's name and the colon after it, as they are written. */
  readonly label: string;
  readonly codec: JsonCodec;
  /** Null stands for a value of its own, and not for none: google.protobuf.Value. */
  readonly takesNull: boolean;
  /** Is it what a field of implicit presence has where nothing was sent? Null for fields of another presence. */
  readonly isDefault: ((value: unknown) => boolean) | null;
}

type Message = Record<string, unknown>;

/**
 * ProtoJSON of a message. Members that are not known are passed over, as fields that are not known are in the binary format:
 * so Connect's servers do it, and so a newer client can speak to an older server. A member that comes by its two names, and two
 * members of one oneof, are refused.
 */
export class MessageJson implements JsonCodec {
  fields: readonly JsonField[];
  /** By both names that a member may have. */
  members: ReadonlyMap<string, JsonField>;
  /** A value with all defaults. */
  make: () => Message;

  /** Not usable before it has its fields, but can be referred to. */
  constructor() {
    this.fields = [];
    this.members = new Map();
    this.make = () => ({});
  }

  toJson(value: unknown): string {
    let text = "";
    for (const field of this.fields) {
      const written = writeMember(field, value);
      if (written !== null) text += text === "" ? written : `,${written}`;
    }
    return `{${text}}`;
  }

  fromJson(json: unknown, place: JsonPlace): Message {
    const given = membersOf(json, place);
    const message = this.make();
    const seen = new Set<string>();
    place.nest();
    for (const [name, member] of given) {
      const field = this.members.get(name);
      if (field === undefined || (member === null && !field.takesNull)) continue;
      place.enterMember(name);
      claim(field.shape, seen, place);
      message[field.shape.name] = field.codec.fromJson(member, place);
      place.leave();
    }
    place.unnest();
    return message;
  }
}

/** The member with its name; null where nothing is written. */
function writeMember({ shape, label, codec, isDefault }: JsonField, message: unknown): string | null {
  const { derive, convert } = shape;
  // What they are given is what their field's definition says, which no type here can know.
  let value: unknown =
    derive === undefined ? member(message, shape.name) : Reflect.apply(derive, undefined, [message]);
  if (value === undefined || value === null) return null;
  if (convert !== undefined) value = Reflect.apply(convert, undefined, [value]);
  if (value === undefined || value === null || isDefault?.(value) === true) return null;
  if (isEmpty(value, shape)) return null;
  return label + codec.toJson(value);
}

function member(message: unknown, name: string): unknown {
  if (!isMessage(message)) throw new OutputMismatch("a message", message);
  return message[name];
}

function isEmpty(value: unknown, { cardinality }: FieldShape): boolean {
  if (cardinality === "map") return value instanceof Map && value.size === 0;
  return (
    (cardinality === "packed" || cardinality === "expanded") && Array.isArray(value) && value.length === 0
  );
}

function claim({ name, oneof }: FieldShape, seen: Set<string>, place: JsonPlace): void {
  if (seen.has(`field ${name}`)) throw place.refusal("comes twice, by two names");
  seen.add(`field ${name}`);
  if (oneof === undefined) return;
  if (seen.has(`oneof ${oneof}`))
    throw place.refusal(`is a second member of ${oneof}, which has one at most`);
  seen.add(`oneof ${oneof}`);
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null;
}
