import type { Member } from "../../../plan/codec/member.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import type { Field, Fields } from "../../../schema/field.ts";
import { keyOf } from "../../../schema/key-of.ts";
import { t } from "../../../schema/t.ts";
import type { ProtoField } from "../model/proto-file.ts";
import { hasTags, tagOf } from "../model/rows.ts";
import type { ValueShape } from "../protobuf/message-shape.ts";

/** What a field of a message may stand for: a member of an input or of an answer. */
export interface Target {
  /** In the version at hand. */
  readonly name: string;
  /** Of the values that are read or written. */
  readonly property: string;
  readonly field: Field;
  /** An input without it is refused. */
  readonly isRequired: boolean;
  /** It may be null or undefined in an answer. */
  readonly mayBeNull: boolean;
  readonly convert?: ProtoField["convert"];
  readonly derive?: ProtoField["derive"];
  /** The one type that its field may have, where the definition has no such type. */
  readonly only?: ValueShape;
  /** The members of its items, where they are not those of its field. */
  readonly items?: Targets;
}

/** The members of one input, row or object. */
export interface Targets {
  /** What they are of: a message that is bound to the same things twice is bound once. */
  readonly of: object;
  readonly all: readonly Target[];
  /** Names that requests may have, and which are not looked at: a row can be sent as it was got (AIP-203). */
  readonly ignored?: ReadonlySet<string>;
}

export function inputTargets(of: object, members: readonly Member[], isPatch: boolean): Targets {
  return { of, all: members.map((member) => inputTarget(member, isPatch)) };
}

function inputTarget({ wire, field }: Member, isPatch: boolean): Target {
  const { optional, nullable, default: usual } = field;
  return {
    name: wire,
    property: wire,
    field,
    isRequired: !isPatch && !optional && !nullable && usual === undefined,
    mayBeNull: false,
  };
}

/** Members of an object, in inputs or in answers. */
export function objectTargets(fields: Fields, isAnswer: boolean): Targets {
  const entries = Object.entries(fields).filter(([, field]) => !(isAnswer && field.writeOnly));
  return {
    of: fields,
    all: entries.map(([name, field]) => ({
      name: keyOf(name, field),
      property: keyOf(name, field),
      field,
      isRequired: !field.optional && !field.nullable && field.default === undefined,
      mayBeNull: field.optional || field.nullable,
    })),
  };
}

export function rowTargets(view: ResourceView): Targets {
  const members = view.members
    .filter(({ field }) => !field.writeOnly)
    .map(
      ({ key, wire, field, hidesAsNull, toVersion }): Target => ({
        name: wire,
        property: key,
        field,
        isRequired: false,
        mayBeNull: field.optional || field.nullable || hidesAsNull,
        ...(toVersion === null ? {} : { convert: toVersion }),
      }),
    );
  return {
    of: view,
    all: hasTags(view.resource.definition.stored, members) ? [...members, tag(view)] : members,
  };
}

function tag(view: ResourceView): Target {
  const { derive } = tagOf(view);
  return { ...single("etag", t.string()), ...(derive === undefined ? {} : { derive }) };
}

/** A member that is none of the definition's. */
export function single(name: string, field: Field, isRequired = false): Target {
  return { name, property: name, field, isRequired, mayBeNull: false };
}
