import type { Field } from "../../schema/field.ts";
import type { Codec } from "../codec/codec.ts";
import { compileCodec } from "../codec/compile.ts";
import { Violations } from "../codec/violations.ts";
import { shown } from "./form.ts";
import type { Place } from "./place.ts";

/** A default must meet the field's own rules: nothing checks it later. */
export function checkDefault(field: Field, place: Place): void {
  const value = field.default;
  if (value === undefined || (value === null && field.nullable)) return;
  if (value === null) {
    place.tell(
      "has null as its default, and is not nullable",
      "Add nullable: true, or leave out the default",
    );
    return;
  }
  const [first] = violationsOf(field, value);
  if (first === undefined) return;
  const where = first.path === "" ? "" : ` at ${first.path}`;
  place.tell(
    `has the default ${shown(value)}, which breaks its own rule${where}: it ${first.message}`,
    "Choose a default that meets the rules, or change them",
  );
}

/** What a field's compiled check finds in a value, as handlers state it. */
export function violationsOf(field: Field, value: unknown): Violations["list"] {
  const violations = new Violations();
  compileCodec(field, () => anything).check(value, "", violations);
  return violations.list;
}

const anything: Codec = {
  fromJson: (value) => value,
  fromText: (value) => value,
  check: (value) => value,
  write: (value) => value,
};
