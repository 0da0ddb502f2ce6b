import { OutputMismatch } from "../../../plan/codec/codec.ts";
import { type JsonCodec, type JsonPlace, membersOf } from "./json-codec.ts";
import { jsonScalars } from "./json-scalars.ts";
import type { FieldShape } from "./message-shape.ts";
import type { MapKey } from "./scalar.ts";

/** ProtoJSON of a field's whole value, by its cardinality; `one` is that of a single value. */
export function fieldJson({ cardinality, key }: FieldShape, one: JsonCodec): JsonCodec {
  switch (cardinality) {
    case "packed":
    case "expanded":
      return listJson(one);
    case "map":
      return mapJson(key ?? "string", one);
    default:
      return one;
  }
}

function listJson(one: JsonCodec): JsonCodec {
  return {
    toJson(value) {
      if (!isIterable(value)) throw new OutputMismatch("a list", value);
      const items: string[] = [];
      for (const item of value) items.push(one.toJson(item));
      return `[${items.join(",")}]`;
    },
    fromJson(json, place) {
      if (!Array.isArray(json)) throw place.expected("a list");
      return json.map((item, index) => {
        place.enterItem(index);
        const read = one.fromJson(item, place);
        place.leave();
        return read;
      });
    },
  };
}

/** Keys of all types are texts in JSON. */
function mapJson(key: MapKey, one: JsonCodec): JsonCodec {
  const keys = jsonScalars[key];
  return {
    toJson(value) {
      if (!(value instanceof Map)) throw new OutputMismatch("a Map", value);
      const members = [...value].map(([name, member]) => {
        const text = keys.toJson(name);
        return `${text.startsWith('"') ? text : `"${text}"`}:${one.toJson(member)}`;
      });
      return `{${members.join(",")}}`;
    },
    fromJson(json, place) {
      const read = new Map<unknown, unknown>();
      for (const [text, member] of membersOf(json, place)) {
        place.enterKey(text);
        read.set(readKey(key, keys, text, place), one.fromJson(member, place));
        place.leave();
      }
      return read;
    },
  };
}

function readKey(key: MapKey, keys: JsonCodec, text: string, place: JsonPlace): unknown {
  if (key !== "bool") return keys.fromJson(text, place);
  if (text !== "true" && text !== "false") throw place.refusal("has a key that is not true or false");
  return text === "true";
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
