import type { AnyResource } from "../define/definition.ts";
import type { Conversion } from "../define/version.ts";
import type { Field } from "../schema/field.ts";
import { keyOf } from "../schema/key-of.ts";
import { type Codec, jsonExpression, type Read } from "./codec/codec.ts";
import { compileCodec, type RowCodecs } from "./codec/compile.ts";
import { Member } from "./codec/member.ts";
import { ObjectReader } from "./codec/object-reader.ts";
import { RowWriter } from "./row-writer.ts";
import type { VersionChanges } from "./version-changes.ts";

/** A resource as one version of the contract has it. */
export class ResourceView {
  readonly resource: AnyResource;
  /** Names of its lists on the wire: `users`. */
  readonly plural: string;
  /** Members in the order of the definition, those that the version lacks left out. */
  readonly members: readonly Member[];
  readonly writer: RowWriter;
  /** Reads rows to be: `create`, `replace`. */
  readonly rowReader: ObjectReader;
  /** Reads changes of rows: `update`. */
  readonly patchReader: ObjectReader;
  /** What filters and orders may name, by wire name. */
  readonly filterable: ReadonlyMap<string, Member>;
  /** Whether some name differs from today's. */
  readonly translated: boolean;

  constructor(resource: AnyResource, changes: VersionChanges, rows: RowCodecs) {
    this.resource = resource;
    this.plural = resource.plural;
    this.members = toMembers(resource, changes, rows);
    this.writer = new RowWriter(this.members, changes.version);
    const writable = this.members.filter(({ field }) => !field.readOnly);
    const ignored = this.members.filter(({ field }) => field.readOnly).map(({ wire }) => wire);
    this.rowReader = new ObjectReader(writable, "row", ignored);
    this.patchReader = new ObjectReader(writable, "patch", ignored);
    this.filterable = new Map(
      this.members
        .filter((member) => isFilterable(member, resource, changes))
        .map((member) => [member.wire, member]),
    );
    this.translated = this.members.some(({ key, wire }) => key !== wire);
  }
}

function toMembers(resource: AnyResource, changes: VersionChanges, rows: RowCodecs): readonly Member[] {
  const fields = Object.entries(resource.definition.fields);
  return fields.flatMap(([name, field]) => {
    if (changes.isAbsent(resource.name, name)) return [];
    const key = keyOf(name, field);
    const conversion = changes.conversion(resource.name, name);
    const today = compileCodec(field, rows);
    const codec =
      conversion === null ? today : convertedCodec(conversion, compileCodec(conversion.type, rows), today);
    const shown = conversion === null ? field : retype(field, conversion.type);
    return [
      new Member(
        key,
        changes.wireName(resource.name, name) ?? key,
        shown,
        codec,
        name in resource.definition.fieldRules,
        conversion?.toVersion ?? null,
      ),
    ];
  });
}

/** A field hidden from some callers must not be found out by filters. Converted ones have no order here. */
function isFilterable({ key, field }: Member, resource: AnyResource, changes: VersionChanges): boolean {
  const name = field.shape.kind === "ref" ? key.slice(0, -2) : key;
  if (field.writeOnly || name in resource.definition.fieldRules) return false;
  if (changes.conversion(resource.name, name) !== null) return false;
  return !["json", "list", "object", "bytes", "row"].includes(field.shape.kind);
}

/** The field as the older version has it: its own type, and today's place in inputs and outputs. */
function retype(field: Field, type: Field): Field {
  return Object.freeze(
    Object.assign(Object.create(Object.getPrototypeOf(field)), field, { shape: type.shape }),
  );
}

/** Reads the older version's type and turns it into today's, whose rules hold too; and the other way round. */
function convertedCodec({ toVersion, fromVersion }: Conversion, older: Codec, today: Codec): Codec {
  const from = fromVersion as (value: unknown) => unknown;
  // What other members break must not keep this one's rules from being looked at.
  const through = <V>(read: Read<V>): Read<V> => {
    return (value, path, violations) => {
      const found = violations.count;
      const stated = read(value, path, violations);
      return violations.count > found ? stated : today.check(from(stated), path, violations);
    };
  };
  return {
    fromJson: through(older.fromJson),
    fromText: through(older.fromText),
    check: today.check,
    fromTyped: through(older.fromTyped ?? older.check),
    write: (value, names) => older.write(`${names.bind("convert", toVersion)}(${value})`, names),
    toJson: (value, names) => jsonExpression(older, `${names.bind("convert", toVersion)}(${value})`, names),
  };
}
