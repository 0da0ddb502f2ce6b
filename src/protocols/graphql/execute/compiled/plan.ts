import type { JsonValue } from "../../../../base/json.ts";
import type { Reading } from "../../../../invoke/call.ts";
import type { Invocation } from "../../../../invoke/compile.ts";
import type { ManyRelation, OneRelation } from "../../../../invoke/related/relation.ts";
import type { Names } from "../../../../plan/codec/codec.ts";
import type { Input } from "../../../../plan/codec/object-reader.ts";
import type { Columns, ListQuery } from "../../../../store/store.ts";
import type { SourceLocation } from "../../error.ts";
import type { NodeTarget, OperationBinding, RelatedBinding } from "../../model/schema-types.ts";
import type { LeafCodec } from "../leaf.ts";
import type { PiecedList } from "../pieced-list.ts";
import type { ReadArguments } from "./arguments.ts";
import type { CoercedVariables } from "./variable-reader.ts";

/** One operation of a document, compiled for one set of conditions. */
export interface OperationPlan {
  readonly roots: readonly RootPlan[];
  /** Whether an entry of the cache says all that its answer is made of: one field, for which nothing else is read. */
  readonly isOfEntry: boolean;
  /** Whether each root field is over before the next one begins. */
  readonly isSerial: boolean;
  /** How many there are: runs keep what belongs to each under its index. */
  readonly levels: number;
  readonly relations: number;
}

/** A field of the root. */
export interface RootPlan {
  readonly index: number;
  readonly field: FieldPlan;
  readonly source: RootSource;
  /** Finds the objects in the field's value whose related rows are read. */
  readonly spread: Spread | null;
  /** Levels that begin in its value. */
  readonly levels: readonly LevelPlan[];
  readonly completer: ValueCompleter;
}

/** Where the value of a root field comes from. */
export type RootSource =
  | { readonly kind: "constant"; readonly value: string }
  | OperationSource
  | {
      readonly kind: "node" | "nodes";
      readonly targets: readonly NodeCall[];
      readonly read: ReadArguments;
      readonly most: number;
    };

/** A call of an operation. */
export interface OperationSource {
  readonly kind: "operation";
  readonly binding: OperationBinding;
  readonly invocation: Invocation;
  readonly read: ReadArguments;
  /** How the rows are read, where the store answers; null where a handler does. */
  readonly reading: Reading | null;
  /** The field's name in the response, where the operation has other fields; by it idempotency keys are told apart. */
  readonly keyed: string | null;
}

/** A resource that a node may be a row of. */
export interface NodeCall {
  readonly target: NodeTarget;
  readonly invocation: Invocation;
  readonly reading: Reading | null;
}

/** The objects of one place in the plan, whose related rows are read together. */
export interface LevelPlan {
  readonly index: number;
  readonly relations: RelationPlan[];
}

/** A field that is read for all objects of a level at once. */
export interface RelationPlan {
  readonly index: number;
  readonly level: LevelPlan;
  readonly load: RelationLoad;
  /** Finds the objects in one of its values whose related rows are read next. */
  readonly spread: Spread | null;
  readonly levels: readonly LevelPlan[];
}

export type RelationLoad =
  | {
      readonly kind: "one";
      readonly relation: OneRelation;
      /** Of the id in the row that refers. */
      readonly key: string;
      readonly columns: Columns;
    }
  | {
      readonly kind: "many";
      readonly relation: ManyRelation;
      readonly binding: RelatedBinding;
      /** What is asked for: once for all runs where no variable has a part in it. */
      readonly ask: (variables: CoercedVariables) => RelatedAsk;
    };

/** A page of related rows that is asked for. */
export interface RelatedAsk {
  readonly input: Input;
  readonly size: number;
  readonly query: ListQuery;
}

/** Puts objects of levels where runs find them. */
export type Spread = (value: unknown, parents: readonly unknown[][]) => void;

/** What a document's variables were coerced to, by name; what was not stated, and has no default, is absent. */
export type Variables = Readonly<Record<string, unknown>>;

/** What generated completers read of a run. */
export interface Gathered {
  /** By relation, for each object of its level. */
  readonly results: readonly (readonly unknown[])[];
  /** By level: the number of its objects that were completed. */
  readonly next: number[];
  /** Whether long lists are to be written in pieces. */
  readonly inPieces: boolean;
}

/** Gives what makes of a value what the answer has, and throws where anything is not as it should be; null where it is to be completed with care. */
export interface ValueCompleter {
  readonly complete: CompleteValue | null;
}

export type CompleteValue = (value: unknown, run: Gathered) => JsonValue | PiecedList;

/** Completes some items of a list. */
export type CompleteItems = (
  list: readonly unknown[],
  run: Gathered,
  from: number,
  to: number,
) => readonly JsonValue[];

/** The fields that are selected of an object. */
export interface SelectionPlan {
  readonly type: string;
  readonly fields: readonly FieldPlan[];
  /** Null where nothing is read for it. */
  readonly level: LevelPlan | null;
}

/** A field of an object. */
export interface FieldPlan {
  /** The name in the response. */
  readonly key: string;
  /** `User.name`, for messages. */
  readonly coordinate: string;
  readonly locations: readonly SourceLocation[];
  readonly source: FieldSource;
  readonly shape: Shape;
}

/** How a field's value is found from its parent. */
export type FieldSource =
  /** A text that is always the same. */
  | { readonly kind: "constant"; readonly value: string }
  /** `read` does what the expression does. */
  | {
      readonly kind: "access";
      readonly read: (parent: unknown) => unknown;
      readonly expression: AccessExpression;
    }
  | { readonly kind: "relation"; readonly relation: RelationPlan }
  | { readonly kind: "root" };

/** Source of an expression over the variable `parent`. */
export type AccessExpression = (parent: string, names: Names) => string;

/** How a value is completed (GraphQL, September 2025, §6.4.3). */
export type Shape = LeafShape | ListShape | ObjectShape | AbstractShape;

export interface LeafShape {
  readonly kind: "leaf";
  readonly codec: LeafCodec;
  readonly nonNull: boolean;
}

export interface ListShape {
  readonly kind: "list";
  readonly of: Shape;
  readonly nonNull: boolean;
}

export interface ObjectShape {
  readonly kind: "object";
  readonly selection: SelectionPlan;
  readonly nonNull: boolean;
}

/** The value is a TypedValue. */
export interface AbstractShape {
  readonly kind: "abstract";
  readonly byType: ReadonlyMap<string, SelectionPlan>;
  readonly nonNull: boolean;
}

/** What stands for a value that could not be got: an ApiError, or a GraphQLError about arguments. */
export class Failure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}
