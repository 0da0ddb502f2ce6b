import { GraphQLError } from "graphql";
import type { JsonValue } from "../../../../base/json.ts";
import type { ApiError } from "../../../../errors/api-error.ts";
import { frameworkError } from "../../../../errors/codes.ts";
import { OutputMismatch } from "../../../../plan/codec/codec.ts";
import { type GraphqlError, toGraphqlError } from "../../error.ts";
import { leafValue } from "../leaf.ts";
import { TypedValue } from "../typed-value.ts";
import { addMember } from "./add-member.ts";
import {
  Failure,
  type FieldPlan,
  type ListShape,
  type RelationPlan,
  type SelectionPlan,
  type Shape,
} from "./plan.ts";

/** Names and indexes from the root, innermost first. */
interface Path {
  readonly before: Path | null;
  readonly key: string | number;
}

/** What the values of a run are, for whoever completes them with care. */
export interface RunValues {
  /** The value of a relation for one object of its level; a Failure where it could not be read. */
  related(relation: RelationPlan, parent: unknown): unknown;
  toApiError(thrown: unknown): ApiError;
}

/** An error on its way to the next place that may be null. */
class Raised {
  readonly error: GraphqlError;
  constructor(error: GraphqlError) {
    this.error = error;
  }
}

/**
 * Completes values step by step, as the specification has it (GraphQL, September 2025, §6.4.3 and §6.4.4): for fields in which
 * something has failed. A place that must not be null makes its parent null.
 */
export class CarefulCompleter {
  readonly errors: GraphqlError[] = [];
  readonly #run: RunValues;

  constructor(run: RunValues) {
    this.#run = run;
  }

  /** The value of a root field; undefined where it makes the whole of the data null. */
  root(field: FieldPlan, value: unknown): JsonValue | undefined {
    try {
      return this.#complete(field, { before: null, key: field.key }, () => value);
    } catch (thrown) {
      if (!(thrown instanceof Raised)) throw thrown;
      this.errors.push(thrown.error);
      return undefined;
    }
  }

  #complete(field: FieldPlan, path: Path, read: () => unknown): JsonValue {
    try {
      return this.#value(field.shape, read(), field, path);
    } catch (thrown) {
      return this.#fail(thrown, field.shape, field, path);
    }
  }

  /** Null for a place that has failed, or the error for the place around it. */
  #fail(thrown: unknown, shape: Shape, field: FieldPlan, path: Path): null {
    const raised = thrown instanceof Raised ? thrown : new Raised(this.#toError(thrown, field, path));
    if (shape.nonNull) throw raised;
    this.errors.push(raised.error);
    return null;
  }

  #value(shape: Shape, value: unknown, field: FieldPlan, path: Path): JsonValue {
    if (value instanceof Failure) throw value.error;
    if (value === null || value === undefined) {
      if (!shape.nonNull) return null;
      throw new Error(`Cannot return null for non-nullable field ${field.coordinate}.`);
    }
    switch (shape.kind) {
      case "leaf":
        return leafValue(shape.codec, value);
      case "list":
        return this.#list(shape, value, field, path);
      case "object":
        if (typeof value !== "object") throw new OutputMismatch("an object", value);
        return this.#object(shape.selection, value, path);
      case "abstract":
        return this.#abstract(shape.byType, value, path);
    }
  }

  #list({ of }: ListShape, value: unknown, field: FieldPlan, path: Path): JsonValue {
    if (!Array.isArray(value)) throw new OutputMismatch("a list", value);
    return value.map((item: unknown, key) => {
      const place = { before: path, key };
      try {
        return this.#value(of, item, field, place);
      } catch (thrown) {
        return this.#fail(thrown, of, field, place);
      }
    });
  }

  #abstract(byType: ReadonlyMap<string, SelectionPlan>, value: unknown, path: Path): JsonValue {
    const selection = value instanceof TypedValue ? byType.get(value.type) : undefined;
    if (selection === undefined || !(value instanceof TypedValue))
      throw new OutputMismatch("a value of a known type", value);
    return this.#object(selection, value.value, path);
  }

  #object({ fields }: SelectionPlan, value: unknown, path: Path): JsonValue {
    const object: Record<string, JsonValue> = {};
    for (const field of fields) {
      const place = { before: path, key: field.key };
      addMember(object, field.key, this.#member(field, value, place));
    }
    return object;
  }

  #member(field: FieldPlan, parent: unknown, place: Path): JsonValue {
    const { source } = field;
    switch (source.kind) {
      case "constant":
        return source.value;
      case "access":
        return this.#complete(field, place, () => source.read(parent));
      case "relation":
        return this.#complete(field, place, () => this.#run.related(source.relation, parent));
      case "root":
        throw new TypeError("A root field has no parent");
    }
  }

  #toError(thrown: unknown, { locations }: FieldPlan, place: Path): GraphqlError {
    const path = toKeys(place);
    if (!(thrown instanceof GraphQLError))
      return toGraphqlError(this.#run.toApiError(thrown), { locations, path });
    // Arguments that cannot be coerced: the message is about what the caller sent.
    const at = thrown.locations?.map(({ line, column }) => ({ line, column })) ?? locations;
    return toGraphqlError(frameworkError("INVALID_INPUT", thrown.message), { locations: at, path });
  }
}

function toKeys(path: Path): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | null = path; at !== null; at = at.before) keys.push(at.key);
  return keys.reverse();
}
