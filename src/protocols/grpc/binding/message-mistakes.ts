import { suggest } from "../../../plan/check/suggestion.ts";
import type { Mistakes } from "../../../plan/mistakes.ts";
import { typeName } from "../model/field-plan.ts";
import type { ProtoField, ProtoMessage } from "../model/proto-file.ts";
import type { FieldNames } from "./field-names.ts";
import type { Target } from "./target.ts";
import { typeNames } from "./value-types.ts";

/** What mistakes of messages are told with. */
export interface MessagePlaces {
  readonly isAnswer: boolean;
  readonly names: FieldNames;
  /** `examples/blog/user.proto` */
  readonly place: string;
  /** `users.update` */
  readonly operation: string;
  readonly mistakes: Mistakes;
}

/** Tells of fields that do not fit, with their places in the file. */
export class MessageMistakes {
  readonly #options: MessagePlaces;

  constructor(options: MessagePlaces) {
    this.#options = options;
  }

  /** Of an input that nothing could be sent for. */
  missing({ fullName }: ProtoMessage, targets: readonly Target[], taken: ReadonlyMap<string, string>): void {
    const { place, operation, mistakes, names } = this.#options;
    for (const { name, isRequired } of targets) {
      if (!isRequired || taken.has(name)) continue;
      mistakes.add(
        `${place}, ${names.place(fullName, "")}`.replace(/\.$/, ""),
        `has no field for ${name}, which ${operation} requires`,
        `Say which one is meant by fields: { "${names.place(fullName, "FIELD")}": "${name}" }, or bind another operation`,
      );
    }
  }

  /** Of a field that stands for nothing. */
  unknown(
    message: ProtoMessage,
    { name }: ProtoField,
    meaning: string | undefined,
    targets: readonly Target[],
  ): void {
    const { isAnswer, operation, names } = this.#options;
    const what = `is ${isAnswer ? "nothing that" : "no input of"} ${operation}${isAnswer ? " answers" : ""}`;
    const known = targets.map((target) => target.name);
    const key = names.place(message.fullName, name);
    if (meaning === undefined)
      this.tell(
        message,
        name,
        what,
        `${known.length === 0 ? "Leave" : `Say which of ${known.join(", ")} it is by fields: { "${key}": "..." }, or leave`} it out by null`,
      );
    else this.tell(message, name, `stands for ${meaning}, which ${what}`, suggest(meaning, known));
  }

  /** Of a field of another type than what it stands for. */
  clash(message: ProtoMessage, field: ProtoField, { name, field: { shape }, only }: Target): void {
    const { operation } = this.#options;
    const isList = shape.kind === "list";
    const kind = isList ? shape.element.shape.kind : shape.kind;
    const repeated = field.cardinality === "packed" || field.cardinality === "expanded" ? "repeated " : "";
    const stated = field.cardinality === "map" ? "a map" : `${repeated}${typeName(field.type)}`;
    this.tell(
      message,
      field.name,
      `is ${stated}, and ${name} of ${operation} is ${only?.name ?? `${isList ? "a list of " : ""}${kind}`}`,
      `Such a field is ${only?.name ?? `${isList ? "repeated " : ""}${typeNames(kind)}`}: leave it out by null, or state the type that it has here by converted, in a version`,
    );
  }

  tell({ fullName }: ProtoMessage, field: string, message: string, mend: string): void {
    const { place, names, mistakes } = this.#options;
    mistakes.add(`${place}, ${names.place(fullName, field)}`, message, mend);
  }
}
