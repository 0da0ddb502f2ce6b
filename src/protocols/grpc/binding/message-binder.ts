import type { Field } from "../../../schema/field.ts";
import { ProtoEnum, type ProtoField, ProtoMessage } from "../model/proto-file.ts";
import { bindEnum } from "./bound-enum.ts";
import type { MessageValues } from "./bound-message.ts";
import { GrowingMessage } from "./growing-message.ts";
import { MessageMistakes, type MessagePlaces } from "./message-mistakes.ts";
import { objectTargets, type Target, type Targets } from "./target.ts";
import { isValueType } from "./value-types.ts";

/** What the messages of one direction are bound with. */
export interface BinderOptions extends MessagePlaces {
  /** The members of a resource's rows. */
  readonly rows: (resource: string) => Targets;
}

/** A message whose fields are being bound. */
interface Filling {
  readonly bound: GrowingMessage;
  readonly message: ProtoMessage;
  readonly targets: Targets;
  /** The fields that have been found, by the names of what they stand for. */
  readonly taken: Map<string, string>;
}

/** Says of each field of a message what it stands for. What cannot be is told of. */
export class MessageBinder {
  readonly #options: BinderOptions;
  readonly #mistakes: MessageMistakes;
  /** Rows may hold each other: a message that is being bound already is referred to. */
  readonly #bound: Map<ProtoMessage, Map<object, GrowingMessage>>;
  /** Messages that are being bound, whose fields are meant as if they stood elsewhere. */
  readonly #whole: Set<ProtoMessage>;

  constructor(options: BinderOptions) {
    this.#options = options;
    this.#mistakes = new MessageMistakes(options);
    this.#bound = new Map();
    this.#whole = new Set();
  }

  bind(message: ProtoMessage, targets: Targets): GrowingMessage {
    const known = this.#bound.get(message)?.get(targets.of);
    if (known !== undefined) return known;
    const bound = new GrowingMessage(message);
    const byTargets = this.#bound.get(message) ?? new Map<object, GrowingMessage>();
    this.#bound.set(message, byTargets.set(targets.of, bound));
    const taken = new Map<string, string>();
    this.#fill({ bound, message, targets, taken });
    if (!this.#options.isAnswer) this.#mistakes.missing(message, targets.all, taken);
    return bound;
  }

  #fill(filling: Filling): void {
    const { bound, message } = filling;
    const fields: ProtoField[] = [];
    for (const field of message.fields) {
      const meaning = this.#options.names.of(message.fullName, field.name);
      if (meaning === "*") fields.push(...this.#bindWhole(filling, field));
      else if (meaning !== null) fields.push(...this.#bindField(filling, field, meaning));
    }
    bound.message.fields = fields;
  }

  /** A message whose fields are meant as if they stood in its place. */
  #bindWhole({ bound, message, targets, taken }: Filling, field: ProtoField): readonly ProtoField[] {
    const { name, type, cardinality } = field;
    if (!(type instanceof ProtoMessage) || cardinality !== "explicit") {
      const mend = "Say what it is by its name";
      this.#mistakes.tell(message, name, 'is no single message, and stands for "*"', mend);
      return [];
    }
    if (this.#whole.has(type) || type === message) {
      this.#mistakes.tell(message, name, 'stands for "*" within itself', "Leave it out by null");
      return [];
    }
    const inner = new GrowingMessage(type);
    this.#whole.add(type);
    this.#fill({ bound: inner, message: type, targets, taken });
    this.#whole.delete(type);
    return [bound.takeWhole(field, inner, this.#options.isAnswer)];
  }

  /** `meaning`: what it is called here; its own name where that is not stated. */
  #bindField(filling: Filling, field: ProtoField, meaning: string | undefined): readonly ProtoField[] {
    const { message, targets, taken } = filling;
    const target = targets.all.find(({ name }) =>
      meaning === undefined ? name === field.jsonName || name === field.name : name === meaning,
    );
    if (target === undefined) {
      if (targets.ignored?.has(meaning ?? field.jsonName) !== true)
        this.#mistakes.unknown(message, field, meaning, targets.all);
      return [];
    }
    const other = taken.get(target.name);
    taken.set(target.name, field.name);
    if (other === undefined) return this.#bindTo(filling, field, target);
    const mend = "Leave one of the two out by null";
    this.#mistakes.tell(message, field.name, `stands for ${target.name}, as ${other} does`, mend);
    return [];
  }

  #bindTo({ bound, message }: Filling, field: ProtoField, target: Target): readonly ProtoField[] {
    const inner = this.#type(field, target);
    if (inner === null) {
      this.#mistakes.clash(message, field, target);
      return [];
    }
    const type = inner instanceof GrowingMessage ? inner.message : inner;
    const made = { ...field, property: target.property, type };
    if (this.#options.isAnswer) return [toAnswer(made, target)];
    bound.takeField(made, target, inner instanceof GrowingMessage ? inner : null);
    return [made];
  }

  /** The type that the field has here; null for one that it cannot have. */
  #type(field: ProtoField, target: Target): ProtoField["type"] | GrowingMessage | null {
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
  ): ProtoField["type"] | GrowingMessage | null {
    if (type instanceof ProtoMessage) {
      const targets = items ?? this.#membersOf(shape);
      return targets === null ? null : this.bind(type, targets);
    }
    if (type instanceof ProtoEnum)
      return shape.kind === "enum" ? bindEnum(type, shape.values, this.#options) : null;
    return isValueType(type, shape.kind) ? type : null;
  }

  #membersOf(shape: Field["shape"]): Targets | null {
    if (shape.kind === "object") return objectTargets(shape.fields, this.#options.isAnswer);
    return shape.kind === "row" ? this.#options.rows(shape.target().name) : null;
  }
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
