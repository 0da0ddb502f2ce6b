import { OutputMismatch } from "../../../plan/codec/codec.ts";
import type { ValueBinding } from "../model/schema-types.ts";
import type { ToApiError } from "./field-failure.ts";
import { leafValue } from "./leaf.ts";

/** A value as `graphql` completes it: leaves are JSON, objects and rows as they are. An item of a list that fails is its error. */
export function toValue(binding: ValueBinding, value: unknown, toApiError: ToApiError): unknown {
  if (value === null || value === undefined) return null;
  switch (binding.kind) {
    case "leaf":
      return leafValue(binding.codec, value);
    case "list":
      if (!Array.isArray(value)) throw new OutputMismatch("a list", value);
      return value.map((item) => toItem(binding.element, item, toApiError));
    case "object":
    case "row":
      if (typeof value !== "object") throw new OutputMismatch("an object", value);
      return value;
  }
}

function toItem(binding: ValueBinding, item: unknown, toApiError: ToApiError): unknown {
  try {
    return toValue(binding, item, toApiError);
  } catch (thrown) {
    return toApiError(thrown);
  }
}
