import { suggest } from "../../../plan/check/suggestion.ts";
import type { Mistakes } from "../../../plan/mistakes.ts";
import type { Field } from "../../../schema/field.ts";
import { typeName } from "../model/field-plan.ts";
import { ProtoEnum, type ProtoField, ProtoMessage } from "../model/proto-file.ts";
import { bindEnum } from "./bound-enum.ts";
import {
  type BoundMessage,
  type BoundName,
  dropUnset,
  type MessageValues,
  type Unset,
} from "./bound-message.ts";
import type { FieldNames } from "./field-names.ts";
import { objectTargets, type Target, type Targets } from "./target.ts";
import { isDefaultOf, isValueType, typeNames } from "./value-types.ts";

/** What the messages of one direction are bound with. */
export interface BinderOptions {
  readonly isAnswer: boolean;
  readonly names: FieldNames;
  /** The members of a resource's rows. */
  readonly rows: (resource: string) => Targets;
  /** `examples/blog/user.proto` */
  readonly place: string;
  /** `users.update` */
  readonly operation: string;
  readonly mistakes: Mistakes;
}

/** Says of each field of a message what it stands for. What cannot be is told of. */
export class MessageBinder {
  readonly #options: BinderOptions;
  /** Rows may hold each other: a message that is being bound already is referred to. */
  readonly #bound: Map<ProtoMessage, Map<object, BoundMessage>>;
  /** Messages that are being bound, whose fields are meant as if they stood elsewhere. */
  readonly #whole: Set<ProtoMessage>;

  constructor(options: BinderOptions) {
    this.#options = options;
    this.#bound = new Map();
    this.#whole = new Set();
  }

  bind(message: ProtoMessage, targets: Targets): BoundMessage {
    const known = this.#bound.get(message)?.get(targets.of);
    if (known !== undefined) return known;
    const binding = new Binding(message);
    const byTargets = this.#bound.get(message) ?? new Map<object, BoundMessage>();
    this.#bound.set(message, byTargets.set(targets.of, binding));
    const taken = this.#fill(binding, message, targets);
    if (!this.#options.isAnswer) this.#requireAll(message, targets.all, taken);
    return binding;
  }

  /** Binds the fields of a message, whose members are of `binding`; answers which targets they took. */
  #fill(
    binding: Binding,
    message: ProtoMessage,
    targets: Targets,
    taken: Map<string, string> = new Map(),
  ): Map<string, string> {
    const fields: ProtoField[] = [];
    for (const field of message.fields) {
      const meaning = this.#options.names.of(message.fullName, field.name);
      if (meaning === "*") fields.push(...this.#bindWhole(binding, message, field, targets, taken));
      else if (meaning !== null)
        fields.push(...this.#named(binding, message, field, { targets, taken, meaning }));
    }
    binding.message.fields = fields;
    return taken;
  }

  /** A message whose fields are meant as if they stood in its place. */
  #bindWhole(
    binding: Binding,
    message: ProtoMessage,
    field: ProtoField,
    targets: Targets,
    taken: Map<string, string>,
  ): readonly ProtoField[] {
    const { type, cardinality } = field;
    if (!(type instanceof ProtoMessage) || cardinality !== "explicit") {
      this.#tell(
        message,
        field.name,
        'is no single message, and stands for "*"',
        "Say what it is by its name",
      );
      return [];
    }
    if (this.#whole.has(type) || type === message) {
      this.#tell(message, field.name, 'stands for "*" within itself', "Leave it out by null");
      return [];
    }
    const inner = new Binding(type);
    this.#whole.add(type);
    this.#fill(inner, type, targets, taken);
    this.#whole.delete(type);
    return [binding.takeWhole(field, inner, this.#options.isAnswer)];
  }

  #named(
    binding: Binding,
    message: ProtoMessage,
    field: ProtoField,
    {
      targets,
      taken,
      meaning,
    }: {
      readonly targets: Targets;
      readonly taken: Map<string, string>;
      readonly meaning: string | undefined;
    },
  ): readonly ProtoField[] {
    const target = targets.all.find(({ name }) =>
      meaning === undefined ? name === field.jsonName || name === field.name : name === meaning,
    );
    if (target === undefined && (targets.ignored?.has(meaning ?? field.jsonName) ?? false)) return [];
    if (target === undefined) {
      this.#unknown(message, field, meaning, targets.all);
      return [];
    }
    const other = taken.get(target.name);
    taken.set(target.name, field.name);
    if (other !== undefined) {
      const mend = "Leave one of the two out by null";
      this.#tell(message, field.name, `stands for ${target.name}, as ${other} does`, mend);
      return [];
    }
    return this.#field(binding, message, field, target);
  }

  #field(binding: Binding, message: ProtoMessage, field: ProtoField, target: Target): readonly ProtoField[] {
    const inner = this.#type(field, target);
    if (inner === null) {
      this.#clash(message, field, target);
      return [];
    }
    const type = inner instanceof Binding ? inner.message : inner;
    const bound = { ...field, property: target.property, type };
    if (this.#options.isAnswer) return [toAnswer(bound, target)];
    binding.takeField(bound, target, inner instanceof Binding ? inner : null);
    return [bound];
  }

  /** The type that the field has here; null for one that it cannot have. */
  #type(field: ProtoField, target: Target): ProtoField["type"] | Binding | null {
    const { shape } = target.field;
    if (target.only !== undefined)
      return field.type === target.only && field.cardinality === "explicit" ? field.type : null;
    const isList = field.cardinality === "packed" || field.cardinality === "expanded";
    if (field.cardinality === "map" || isList !== (shape.kind === "list")) return null;
    if (shape.kind !== "list") return this.#single(field.type, target.field, target.items);
    const { element } = shape;
    // Answers could not say which item there is not.
    if (this.#options.isAnswer && (element.optional || element.nullable)) return null;
    return this.#single(field.type, element, target.items);
  }

  #single(
    type: ProtoField["type"],
    { shape }: Field,
    items: Targets | undefined,
  ): ProtoField["type"] | Binding | null {
    const { isAnswer, rows } = this.#options;
    if (type instanceof ProtoMessage) {
      const targets =
        items ??
        (shape.kind === "object"
          ? objectTargets(shape.fields, isAnswer)
          : shape.kind === "row"
            ? rows(shape.target().name)
            : null);
      return targets === null ? null : asBinding(this.bind(type, targets));
    }
    if (type instanceof ProtoEnum)
      return shape.kind === "enum" ? bindEnum(type, shape.values, this.#options) : null;
    return isValueType(type, shape.kind) ? type : null;
  }

  #requireAll(
    { fullName }: ProtoMessage,
    targets: readonly Target[],
    taken: ReadonlyMap<string, string>,
  ): void {
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

  #unknown(
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
      this.#tell(
        message,
        name,
        what,
        `${known.length === 0 ? "Leave" : `Say which of ${known.join(", ")} it is by fields: { "${key}": "..." }, or leave`} it out by null`,
      );
    else this.#tell(message, name, `stands for ${meaning}, which ${what}`, suggest(meaning, known));
  }

  #clash(message: ProtoMessage, field: ProtoField, { name, field: { shape }, only }: Target): void {
    const { operation } = this.#options;
    const isList = shape.kind === "list";
    const kind = isList ? shape.element.shape.kind : shape.kind;
    const repeated = field.cardinality === "packed" || field.cardinality === "expanded" ? "repeated " : "";
    const stated = field.cardinality === "map" ? "a map" : `${repeated}${typeName(field.type)}`;
    this.#tell(
      message,
      field.name,
      `is ${stated}, and ${name} of ${operation} is ${only?.name ?? `${isList ? "a list of " : ""}${kind}`}`,
      `Such a field is ${only?.name ?? `${isList ? "repeated " : ""}${typeNames(kind)}`}: leave it out by null, or state the type that it has here by converted, in a version`,
    );
  }

  #tell({ fullName }: ProtoMessage, field: string, message: string, mend: string): void {
    const { place, names, mistakes } = this.#options;
    mistakes.add(`${place}, ${names.place(fullName, field)}`, message, mend);
  }
}

/** A message that grows. */
class Binding implements BoundMessage {
  readonly message: ProtoMessage;
  readonly unset: Unset[];
  readonly names: Map<string, BoundName>;
  readonly #steps: ((values: MessageValues) => void)[];

  constructor({ fullName }: ProtoMessage) {
    this.message = new ProtoMessage(fullName);
    this.unset = [];
    this.names = new Map();
    this.#steps = [];
  }

  get arrange(): BoundMessage["arrange"] {
    const steps = this.#steps;
    if (steps.length === 0) return null;
    return (values) => {
      for (const step of steps) step(values);
    };
  }

  /** A field of requests, and the message that it holds, if it does. */
  takeField(field: ProtoField, { name, isRequired }: Target, inner: BoundMessage | null): void {
    const { property, cardinality, type } = field;
    this.names.set(name, { name: field.name, nested: inner?.names ?? null });
    const isList = cardinality === "packed" || cardinality === "expanded";
    if (isList && !isRequired) this.unset.push({ property, isDefault: isEmpty, isNothing: false });
    else if (isUnstated(type) || (cardinality === "implicit" && !isRequired))
      this.unset.push({ property, isDefault: isDefaultOf(type), isNothing: isUnstated(type) });
    if (inner !== null) this.#arrangeWithin(property, inner);
  }

  /** A field whose message's members are this one's. */
  takeWhole(field: ProtoField, inner: Binding, isAnswer: boolean): ProtoField {
    for (const [name, { name: theirs, nested }] of inner.names)
      this.names.set(name, { name: `${field.name}.${theirs}`, nested });
    this.unset.push(...inner.unset);
    const property = `*${field.name}`;
    if (!isAnswer) {
      const { arrange } = inner;
      this.#steps.push((values) => {
        const found = values[property];
        if (!isValues(found)) return;
        arrange?.(found);
        Object.assign(values, found);
      });
    }
    const { message } = inner;
    return {
      ...field,
      property,
      type: message,
      ...(isAnswer ? { derive: (answer: unknown) => answer } : {}),
    };
  }

  #arrangeWithin(property: string, { arrange, unset }: BoundMessage): void {
    if (arrange === null && unset.length === 0) return;
    const within = (value: unknown): void => {
      if (!isValues(value)) return;
      arrange?.(value);
      dropUnset(unset, value);
    };
    this.#steps.push((values) => {
      const found = values[property];
      if (Array.isArray(found)) for (const each of found) within(each);
      else within(found);
    });
  }
}

/** All that is bound here was made here. */
function asBinding(bound: BoundMessage): Binding {
  if (bound instanceof Binding) return bound;
  throw new TypeError(`${bound.message.fullName} was bound elsewhere`);
}

function toAnswer(field: ProtoField, { mayBeNull, property, convert, derive }: Target): ProtoField {
  // Null has no place in a field without presence: it is its default then.
  const orNothing =
    mayBeNull && field.cardinality === "implicit"
      ? { derive: (answer: MessageValues) => answer[property] ?? undefined }
      : {};
  return {
    ...field,
    ...orNothing,
    ...(convert === undefined ? {} : { convert }),
    ...(derive === undefined ? {} : { derive }),
  };
}

/** Enums whose first value means nothing. */
function isUnstated(type: ProtoField["type"]): boolean {
  return (
    type instanceof ProtoEnum && (type.values.find(({ number }) => number === 0)?.value ?? null) === null
  );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isValues(value: unknown): value is MessageValues {
  return typeof value === "object" && value !== null;
}
