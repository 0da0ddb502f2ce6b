import { ProtoEnum, type ProtoField, ProtoMessage } from "../model/proto-file.ts";
import {
  type BoundMessage,
  type BoundName,
  dropUnset,
  type MessageValues,
  type Unset,
} from "./bound-message.ts";
import type { Target } from "./target.ts";
import { isDefaultOf } from "./value-types.ts";

/** A message whose fields are found one after the other. */
export class GrowingMessage implements BoundMessage {
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
  takeWhole(field: ProtoField, inner: GrowingMessage, isAnswer: boolean): ProtoField {
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
