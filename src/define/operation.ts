import type { Awaitable } from "../base/awaitable.ts";
import type { Typed, TypeOf } from "../base/typed.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import { Field, type Fields } from "../schema/field.ts";
import { t } from "../schema/t.ts";
import type { Flat, ItemOf, ObjectArgument, ObjectInput } from "../schema/types.ts";
import type { CacheOptions } from "./cache.ts";
import type { HandlerContext } from "./context.ts";
import type { AnyHandler, AnyOperation, AnyResource, Operation, OperationSort } from "./definition.ts";
import type { GraphqlOptions } from "./graphql.ts";
import type { Rule } from "./rule.ts";

/** What an operation may answer: a field type, an object of fields, or a row of a resource. */
export type Output = Field | Fields | (AnyResource & Typed<unknown>);

/** The type of an answer. */
export type OutputOf<O> = O extends undefined
  ? void
  : O extends Field
    ? ItemOf<O>
    : O extends Typed<unknown>
      ? TypeOf<O>
      : O extends Fields
        ? ObjectInput<O>
        : never;

/** The input that callers state: the fields, and the id of the item that it is about. */
export type ArgumentOf<I extends Fields, R, S> = R extends AnyResource
  ? S extends "collection"
    ? ObjectArgument<I>
    : Flat<ObjectArgument<I> & { readonly id: string }>
  : ObjectArgument<I>;

type InputOf<I extends Fields, R, S> = R extends AnyResource
  ? S extends "collection"
    ? ObjectInput<I>
    : Flat<ObjectInput<I> & { readonly id: string }>
  : ObjectInput<I>;

/** What callers call it with: the input, or where `messages` is stated all that they send. */
export type CallOf<I extends Fields, R, S, M> = M extends Fields
  ? AsyncIterable<ObjectArgument<M>> | Iterable<ObjectArgument<M>>
  : ArgumentOf<I, R, S>;

/** What the context has more where `messages` is stated. */
type MessagesOf<M> = M extends Fields
  ? {
      /** What the caller sends, each message checked, with defaults filled in; to be gone through once. */
      readonly messages: AsyncIterable<ObjectInput<M>>;
    }
  : unknown;

type TargetOf<R, S> = R extends Typed<unknown> ? (S extends "collection" ? undefined : TypeOf<R>) : undefined;

/** What an operation is told, handler aside. */
export interface OperationOptions<I extends Fields, O, R, S> {
  /** The resource that it is about: an item of it, or with `scope: "collection"` all of it. */
  readonly on?: R;
  readonly scope?: S;
  readonly input?: I;
  readonly output?: O;
  /** The application's errors that it may raise. */
  readonly errors?: readonly AnyErrorDefinition[];
  readonly allow?: Rule;
  /** Time that a call may take, in milliseconds or as "5s". */
  readonly deadline?: number | string;
  /** `METHOD /path/{field}`, to serve an address that clients know. */
  readonly rest?: string;
  readonly description?: string;
  readonly deprecated?: boolean | string;
}

/** What an operation is told that answers once. */
interface AnswerOptions {
  readonly graphql?: GraphqlOptions;
}

export interface QueryOptions<I extends Fields, O, R, S> extends OperationOptions<I, O, R, S>, AnswerOptions {
  readonly cache?: CacheOptions;
  readonly handle: (context: HandlerContext<InputOf<I, R, S>, TargetOf<R, S>>) => Awaitable<OutputOf<O>>;
}

/** What an operation is told that callers may send many messages to. */
interface MessageOptions<M> {
  /** The fields of each message that the caller sends, while the call lasts; there is no other input then. */
  readonly messages?: M;
}

export interface CommandOptions<I extends Fields, O, R, S, M>
  extends OperationOptions<I, O, R, S>,
    AnswerOptions,
    MessageOptions<M> {
  /** `required`: callers must send an idempotency key. */
  readonly idempotencyKey?: "optional" | "required";
  readonly handle: (
    context: HandlerContext<InputOf<I, R, S>, TargetOf<R, S>> & MessagesOf<M>,
  ) => Awaitable<OutputOf<O>>;
}

export interface SubscriptionOptions<I extends Fields, O, R, S, M>
  extends OperationOptions<I, O, R, S>,
    MessageOptions<M> {
  readonly handle: (
    context: HandlerContext<InputOf<I, R, S>, TargetOf<R, S>> & MessagesOf<M>,
  ) => AsyncIterable<OutputOf<O>>;
}

type Scope = "item" | "collection";

/** Defines an operation that changes nothing. */
export function query<
  const I extends Fields = Record<never, never>,
  O extends Output | undefined = undefined,
  R extends (AnyResource & Typed<unknown>) | undefined = undefined,
  S extends Scope = "item",
>(name: string, options: QueryOptions<I, O, R, S>): Operation<ArgumentOf<I, R, S>, OutputOf<O>> {
  return operation("query", name, options, {
    ...usual,
    cache: options.cache ?? null,
    graphql: options.graphql ?? null,
    handle: options.handle,
  });
}

/** Defines an operation that changes state. */
export function command<
  const I extends Fields = Record<never, never>,
  O extends Output | undefined = undefined,
  R extends (AnyResource & Typed<unknown>) | undefined = undefined,
  S extends Scope = "item",
  const M extends Fields | undefined = undefined,
>(name: string, options: CommandOptions<I, O, R, S, M>): Operation<CallOf<I, R, S, M>, OutputOf<O>> {
  const { messages = null, idempotencyKey = "optional", graphql = null, handle } = options;
  return operation("command", name, options, { ...usual, messages, idempotencyKey, graphql, handle });
}

/** Defines a stream of answers; with `messages`, to a stream of messages. */
export function subscription<
  const I extends Fields = Record<never, never>,
  O extends Output | undefined = undefined,
  R extends (AnyResource & Typed<unknown>) | undefined = undefined,
  S extends Scope = "item",
  const M extends Fields | undefined = undefined,
>(
  name: string,
  options: SubscriptionOptions<I, O, R, S, M>,
): Operation<CallOf<I, R, S, M>, AsyncIterable<OutputOf<O>>> {
  const { messages = null, handle } = options;
  return operation("subscription", name, options, { ...usual, messages, handle });
}

/** What the three sorts differ in. */
interface Particulars {
  readonly messages: Fields | null;
  readonly cache: CacheOptions | null;
  readonly idempotencyKey: "optional" | "required";
  readonly graphql: GraphqlOptions | null;
  readonly handle: AnyHandler | null;
}

const usual: Particulars = {
  messages: null,
  cache: null,
  idempotencyKey: "optional",
  graphql: null,
  handle: null,
};

const common: readonly string[] = [
  "on",
  "input",
  "output",
  "errors",
  "allow",
  "deadline",
  "rest",
  "description",
  "deprecated",
  "handle",
];

/** The options that an operation takes. */
export function operationOptionNames({ sort, on }: Pick<AnyOperation, "sort" | "on">): readonly string[] {
  const own = {
    query: ["cache", "graphql"],
    command: ["messages", "idempotencyKey", "graphql"],
    subscription: ["messages"],
  }[sort];
  return [...common, ...own, ...(on === null ? [] : ["scope"])];
}

function operation(
  sort: OperationSort,
  name: string,
  options: OperationOptions<Fields, Output | undefined, AnyResource | undefined, Scope>,
  particulars: Particulars,
): AnyOperation {
  const on = options.on ?? null;
  const known = operationOptionNames({ sort, on });
  return Object.freeze({
    kind: "operation",
    sort,
    name,
    method: null,
    on,
    scope: on === null ? "none" : (options.scope ?? "item"),
    input: options.input ?? {},
    output: outputField(options.output),
    errors: options.errors ?? [],
    allow: options.allow ?? null,
    deadline: options.deadline ?? null,
    rest: options.rest ?? null,
    description: options.description ?? null,
    deprecated: options.deprecated ?? false,
    unknownOptions: Object.keys(options).filter((key) => !known.includes(key)),
    ...particulars,
  });
}

function outputField(output: Output | undefined): Field | null {
  if (output === undefined) return null;
  if (output instanceof Field) return output;
  if (isResource(output)) return t.row(output);
  return t.object(output);
}

function isResource(value: Output): value is AnyResource {
  return "kind" in value && value.kind === "resource";
}
