import type { AnyOperation } from "../../define/definition.ts";
import { checkFields } from "./field.ts";
import { isObject } from "./form.ts";
import type { Known } from "./known.ts";
import type { Place } from "./place.ts";

/** Checks the messages that an operation takes, if it takes any, and what cannot be stated beside them. */
export function checkMessages(operation: AnyOperation, place: Place, known: Known): void {
  const { messages, input, scope, rest, idempotencyKey } = operation;
  if (messages === null) return;
  checkFields(messages, { place: place.in("messages"), known, of: "input", as: "member", depth: 0 });
  if (isObject(input) && Object.keys(input).length > 0)
    place.tell("takes messages, and has an input too", "Move its fields into messages");
  if (scope === "item")
    place.tell("takes messages, and is about one row", 'Add scope: "collection", and an id to messages');
  if (rest !== null)
    place.tell("takes messages, which REST does not carry, and states a rest", "Leave rest out");
  if (idempotencyKey === "required")
    place.tell("takes messages, and requires an idempotency key, which is for one", "Leave it out");
}
