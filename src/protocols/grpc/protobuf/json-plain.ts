import { OutputMismatch } from "../../../plan/codec/codec.ts";
import { type JsonCodec, type JsonPlace, membersOf } from "./json-codec.ts";
import { MAX_DEPTH } from "./wire-types.ts";

/** `google.protobuf.Value`: any JSON value, as it is. */
export const valueJson: JsonCodec = { toJson: (value) => writePlain(value, 0), fromJson: readPlain };

/** `google.protobuf.Struct`: an object. */
export const structJson: JsonCodec = {
  toJson(value) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new OutputMismatch("an object of JSON values", value);
    return writePlain(value, 0);
  },
  fromJson(json, place) {
    membersOf(json, place, "an object of JSON values");
    return readPlain(json, place);
  },
};

/** `google.protobuf.ListValue`: a list. */
export const listValueJson: JsonCodec = {
  toJson(value) {
    if (!Array.isArray(value)) throw new OutputMismatch("a list of JSON values", value);
    return writePlain(value, 0);
  },
  fromJson(json, place) {
    if (!Array.isArray(json)) throw place.expected("a list of JSON values");
    return readPlain(json, place);
  },
};

/** JSON.stringify would leave out what is no JSON, and ask objects for a form of their own. */
function writePlain(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new OutputMismatch("a JSON value that is not nested too deeply", value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value.toWellFormed());
  if (typeof value === "number" && Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map((item) => writePlain(item, depth + 1)).join(",")}]`;
  if (typeof value !== "object") throw new OutputMismatch("a JSON value", value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key.toWellFormed())}:${writePlain(member, depth + 1)}`,
  );
  return `{${members.join(",")}}`;
}

/** What JSON.parse answers, once it is known to be what the binary format could carry. */
function readPlain(json: unknown, place: JsonPlace): unknown {
  if (typeof json === "string" && !json.isWellFormed()) throw place.expected("a text of whole characters");
  if (typeof json === "number" && !Number.isFinite(json)) throw place.expected("a number of 64 bits");
  if (typeof json !== "object" || json === null) return json;
  place.nest();
  if (Array.isArray(json)) readItems(json, place);
  else readMembers(json, place);
  place.unnest();
  return json;
}

function readItems(items: readonly unknown[], place: JsonPlace): void {
  for (const [index, item] of items.entries()) {
    place.enterItem(index);
    readPlain(item, place);
    place.leave();
  }
}

function readMembers(json: object, place: JsonPlace): void {
  for (const [key, member] of Object.entries(json)) {
    place.enterKey(key);
    if (!key.isWellFormed()) throw place.refusal("has a name that is no text of whole characters");
    readPlain(member, place);
    place.leave();
  }
}
