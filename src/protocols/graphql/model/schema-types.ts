import type { JsonValue } from "../../../base/json.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import type { Codec } from "../../../plan/codec/codec.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import type { PageModel } from "./page-model.ts";

/** A type of a version's schema, as data: made without `graphql`, which takes its time to load. */
export type SchemaType = ScalarModel | EnumModel | InputModel | ObjectModel | InterfaceModel | UnionModel;

/** A type as a field, an argument or a list's items have it: `User!`, `[User!]!`. */
export type TypeReference =
  | { readonly kind: "named"; readonly type: SchemaType; readonly nonNull: boolean }
  | { readonly kind: "list"; readonly of: TypeReference; readonly nonNull: boolean };

/** Built-in scalars have no description and no specification: GraphQL's own. */
export interface ScalarModel {
  readonly kind: "scalar";
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly description: string | null;
  /** `@specifiedBy`. */
  readonly specification: string | null;
}

/** The words are those of handlers: each is a name of GraphQL, or `plan/check` has refused it. */
export interface EnumModel {
  readonly kind: "enum";
  readonly name: string;
  readonly description: string | null;
  readonly words: readonly string[];
}

/** An input object. */
export class InputModel {
  readonly kind = "input";
  readonly name: string;
  readonly description: string | null;
  /** Given once it is declared. */
  fields: readonly ArgumentModel[];

  constructor(name: string, description: string | null = null) {
    this.name = name;
    this.description = description;
    this.fields = [];
  }
}

/** An object type, and what each of its fields stands for. */
export class ObjectModel {
  readonly kind = "object";
  readonly name: string;
  readonly description: string | null;
  /** By name, in the schema's order. Filled once all types are declared, since they hold each other. */
  readonly fields: Map<string, FieldModel>;
  readonly interfaces: InterfaceModel[];

  constructor(name: string, description: string | null = null) {
    this.name = name;
    this.description = description;
    this.fields = new Map();
    this.interfaces = [];
  }
}

/** An interface, of which all fields are those of the objects that have it. */
export class InterfaceModel {
  readonly kind = "interface";
  readonly name: string;
  readonly description: string | null;
  readonly fields: ReadonlyMap<string, Omit<FieldModel, "binding">>;

  constructor(name: string, description: string | null, fields: readonly Omit<FieldModel, "binding">[]) {
    this.name = name;
    this.description = description;
    this.fields = new Map(fields.map((field) => [field.name, field]));
  }
}

export interface UnionModel {
  readonly kind: "union";
  readonly name: string;
  readonly description: string | null;
  readonly types: readonly ObjectModel[];
}

/** A field of an object type. */
export interface FieldModel {
  readonly name: string;
  readonly type: TypeReference;
  readonly arguments: readonly ArgumentModel[];
  readonly description: string | null;
  /** Why; null where it is not deprecated. */
  readonly deprecated: string | null;
  readonly binding: FieldBinding;
}

/** An argument, or a field of an input object. */
export interface ArgumentModel {
  readonly name: string;
  readonly type: TypeReference;
  /** As JSON has it; undefined for none. */
  readonly default: JsonValue | undefined;
  readonly description: string | null;
  readonly deprecated: string | null;
}

/**
 * What a field of an object type stands for: all that an executor needs to answer it, and that its cost is computed from. Null is
 * not told here: a value that is null or undefined is null, and whether that may be is in the field's type. Names are those of the
 * version; keys (`key`) are today's, as rows and answers of handlers have them.
 */
export type FieldBinding =
  | OperationBinding
  | NodeBinding
  | NodesBinding
  | MemberBinding
  | RowVersionBinding
  | ReferenceBinding
  | RelatedBinding
  | ConnectionPartBinding
  | EdgePartBinding
  | PageInfoBinding
  | WholeBinding
  | ErrorPartBinding
  | ConstantBinding;

/** Arguments after coercion: what was not stated, and has no default, is absent; null was stated. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A root field: one call of an operation. */
export interface OperationBinding {
  readonly kind: "operation";
  readonly contract: OperationContract;
  /** The input, in today's terms, for `new Call(services, source, input)`. Throws INVALID_INPUT with every violated rule. */
  readonly read: (values: Arguments) => Input;
  /** Errors of the call, with paths of violations as the arguments are named; null where they are named so already. */
  readonly reword: ((error: ApiError) => ApiError) | null;
  /** How the field is made of the call's answer; of one event, for a subscription. */
  readonly answer: Answer;
  /** Which errors are told in the answer, as objects of a union, and not among `errors`; null for none. */
  readonly payload: PayloadModel | null;
}

/** How a root field is made of what its call answers. */
export type Answer =
  /** The call answers nothing: the field is `true`. */
  | { readonly kind: "nothing" }
  /** The answer is the value: a row (`value.kind` is "row"), an object, a leaf, a list of these. */
  | { readonly kind: "value"; readonly value: ValueBinding }
  /** The answer's `items` are the list: of a batch, whose length is that of the argument `of`; `most` there may be. */
  | { readonly kind: "rows"; readonly type: ObjectModel; readonly of: string; readonly most: number }
  /** The answer is a page, of which the rows are the list: `page.rows(input, size, answer)`. */
  | { readonly kind: "list"; readonly type: ObjectModel; readonly page: PageModel }
  /** The same page, of which a connection is made: `page.pageOf(input, size, answer)`. */
  | { readonly kind: "connection"; readonly type: ObjectModel; readonly page: PageModel };

/** Errors in an answer: a union of what the operation answers, and of its errors. */
export interface PayloadModel {
  readonly union: UnionModel;
  /**
   * The type of the answer: that of the row or object that it is; or one with `value`, a {@link WholeBinding}, for what would be the
   * field without a payload: `true`, the rows of a batch or a page, a scalar or null, a list.
   */
  readonly success: ObjectModel;
  /** By code. The object is the ApiError. */
  readonly errors: ReadonlyMap<string, ObjectModel>;
}

/** What a value is made of. */
export type ValueBinding =
  /** A scalar, an enum's word or JSON: written as the version's JSON has it, by `codec.write`. */
  | { readonly kind: "leaf"; readonly codec: Codec }
  | { readonly kind: "list"; readonly element: ValueBinding; readonly nullable: boolean }
  /** An object of the definition. */
  | { readonly kind: "object"; readonly type: ObjectModel }
  /** A row of a resource. */
  | { readonly kind: "row"; readonly type: ObjectModel; readonly view: ResourceView };

/** A member of a row, of an object or of an event: `parent[key]`. */
export interface MemberBinding {
  readonly kind: "member";
  readonly key: string;
  readonly value: ValueBinding;
  /** From today's value, if it is not null, to that which `value` is about; null where they are the same. */
  readonly convert: ((value: never) => unknown) | null;
}

/** The version of a stored row, to be stated as `ifVersion`: `row[rowVersion]`. */
export interface RowVersionBinding {
  readonly kind: "rowVersion";
}

/** A row by its id alone, whatever its resource. The argument is `id`; the type is the interface Node. */
export interface NodeBinding {
  readonly kind: "node";
  readonly targets: readonly NodeTarget[];
}

/** The same for many: `ids`, null for each that there is no row for. */
export interface NodesBinding {
  readonly kind: "nodes";
  readonly targets: readonly NodeTarget[];
  readonly argument: "ids";
  readonly most: number;
}

/**
 * A resource whose rows are nodes: a store made their ids, UUIDs that no other row has. A row is found by the `get` of each; what that
 * refuses or does not find is no node.
 */
export interface NodeTarget {
  readonly type: ObjectModel;
  /** Its `get`. */
  readonly get: OperationContract;
}

/** The row that a row refers to: `relationsOf(resource)`'s relation of this name, from a row of `resource`. */
export interface ReferenceBinding {
  readonly kind: "reference";
  readonly relation: RelationName;
  /** The key of the id in the row: `authorId`. */
  readonly key: string;
  readonly type: ObjectModel;
  readonly view: ResourceView;
}

/** The rows that refer to a row, as a list or as a connection. */
export interface RelatedBinding {
  readonly kind: "related";
  readonly relation: RelationName;
  /** The key of the reference in the rows that are found: `authorId`. */
  readonly key: string;
  /** Of the rows; of the connection where `isConnection`. */
  readonly type: ObjectModel;
  readonly isConnection: boolean;
  readonly page: PageModel;
  /** For `page.query`; throws INVALID_INPUT, INVALID_FILTER. */
  readonly read: (values: Arguments) => Input;
  readonly reword: (error: ApiError) => ApiError;
}

/** As `relationsOf` of `invoke/relations.ts` knows it. */
export interface RelationName {
  /** The resource that it starts from. */
  readonly resource: string;
  /** Today's name: `author`, `posts`. */
  readonly name: string;
}

/** A field of a connection. `nodes` are the rows without their edges. */
export interface ConnectionPartBinding {
  readonly kind: "connectionPart";
  readonly part: "edges" | "nodes" | "pageInfo";
  /** Of an edge, a row, or PageInfo. */
  readonly type: ObjectModel;
}

/** A field of an edge. */
export interface EdgePartBinding {
  readonly kind: "edgePart";
  readonly part: "node" | "cursor";
}

/** A field of PageInfo. */
export interface PageInfoBinding {
  readonly kind: "pageInfo";
  readonly part: "hasNextPage" | "hasPreviousPage" | "startCursor" | "endCursor";
}

/** The parent itself: `value` of a payload whose answer is no object. */
export interface WholeBinding {
  readonly kind: "whole";
  readonly value: ValueBinding;
}

/** A field of an error in a payload; the parent is an ApiError. A detail is JSON already: `value` has codecs that write it so. */
export type ErrorPartBinding =
  | { readonly kind: "errorPart"; readonly part: "code" | "message" }
  | {
      readonly kind: "errorPart";
      readonly part: "detail";
      readonly name: string;
      readonly value: ValueBinding;
    };

/** A field that is always the same. */
export interface ConstantBinding {
  readonly kind: "constant";
  readonly value: string;
}

/** `T`, which may be null. */
export function nullable(type: SchemaType): TypeReference {
  return { kind: "named", type, nonNull: false };
}

/** `T!` */
export function nonNull(type: SchemaType): TypeReference {
  return { kind: "named", type, nonNull: true };
}

/** `[T!]!` */
export function listOf(type: SchemaType): TypeReference {
  return { kind: "list", of: nonNull(type), nonNull: true };
}

/** The same type, null or not. */
export function withNull(type: TypeReference, canBeNull: boolean): TypeReference {
  return type.nonNull === !canBeNull ? type : { ...type, nonNull: !canBeNull };
}

/** The type under all lists. */
export function namedType(reference: TypeReference): SchemaType {
  return reference.kind === "named" ? reference.type : namedType(reference.of);
}
