import type { Mistakes } from "../../../plan/mistakes.ts";
import { ProtoEnum, type ProtoEnumValue } from "../model/proto-file.ts";
import type { FieldNames } from "./field-names.ts";
import { wordOf } from "./value-types.ts";

/** What enums are bound with. */
export interface EnumOptions {
  readonly isAnswer: boolean;
  readonly names: FieldNames;
  readonly place: string;
  readonly mistakes: Mistakes;
}

/** An enum whose values are the words that handlers know. 0 may stand for none; of all others it must be known what they are. */
export function bindEnum(type: ProtoEnum, words: readonly string[], options: EnumOptions): ProtoEnum {
  const values = type.values.map((value) => bindValue(type, value, words, options));
  if (options.isAnswer) tellMissing(type, values, words, options);
  return new ProtoEnum(type.fullName, values, type.reserved);
}

function bindValue(
  type: ProtoEnum,
  { name, number }: ProtoEnumValue,
  words: readonly string[],
  { isAnswer, names, place, mistakes }: EnumOptions,
): ProtoEnumValue {
  const meaning = names.of(type.fullName, name);
  const word = meaning === undefined ? wordOf(type, name, words) : meaning;
  if (word !== null && !words.includes(word))
    mistakes.add(
      `${place}, ${names.place(type.fullName, name)}`,
      `stands for "${word}", which it cannot be`,
      `Known are ${words.join(", ")}`,
    );
  else if (word === null && meaning === undefined && number !== 0 && !isAnswer)
    mistakes.add(
      `${place}, ${names.place(type.fullName, name)}`,
      `is none of ${words.join(", ")}`,
      `Say which one it is by fields: { "${names.place(type.fullName, name)}": "..." }, or leave it out by null`,
    );
  return { name, number, value: word };
}

function tellMissing(
  { fullName }: ProtoEnum,
  values: readonly ProtoEnumValue[],
  words: readonly string[],
  { names, place, mistakes }: EnumOptions,
): void {
  for (const word of words)
    if (!values.some(({ value }) => value === word))
      mistakes.add(
        `${place}, ${names.place(fullName, "").slice(0, -1)}`,
        `has no value for "${word}", which may be answered`,
        `Say which one it is by fields: { "${names.place(fullName, "VALUE")}": "${word}" }`,
      );
}
