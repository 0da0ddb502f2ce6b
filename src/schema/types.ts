import type { Field, Fields } from "./field.ts";

/** Shows an intersection as one object type in the editor. */
export type Flat<T> = { [K in keyof T]: T[K] } & unknown;

/** The key of a field in rows, inputs and outputs: a reference `author` is `authorId`. */
export type KeyOf<K, D> =
  D extends Field<unknown, infer F> ? ("ref" extends F ? `${K & string}Id` : K) : never;

type FlagOf<D> = D extends Field<unknown, infer F> ? F : never;
type ValueOf<D> = D extends Field<infer T, infer _F> ? T : never;

/** A value as rows hold it: null stands for what an optional field leaves out. */
type StoredValue<D> = "optional" extends FlagOf<D> ? ValueOf<D> | null : NullableValue<D>;
/** A value as inputs and outputs of operations hold it. */
type NullableValue<D> = "nullable" extends FlagOf<D> ? ValueOf<D> | null : ValueOf<D>;

/** A value that stands on its own, as an item of a list or as an answer: null stands for one that is left out. */
export type ItemOf<D> = StoredValue<D>;

/** Keys of fields that have any of the flags `X`. */
type KeysWith<F extends Fields, X> = {
  [K in keyof F]: Extract<FlagOf<F[K]>, X> extends never ? never : K;
}[keyof F];

/** Names of the fields that refer to rows. */
export type RefsOf<F extends Fields> = {
  [K in keyof F]: "ref" extends FlagOf<F[K]> ? K : never;
}[keyof F];

/** A row of a resource as handlers and the store see it. */
export type RowOf<F extends Fields> = Flat<{ readonly [K in keyof F as KeyOf<K, F[K]>]: StoredValue<F[K]> }>;

/** What creating a row takes: what the server makes is not there, what has a default or is optional may be left out. */
export type CreateOf<F extends Fields> = Flat<
  {
    readonly [K in Exclude<keyof F, KeysWith<F, "readOnly" | "optional" | "default">> as KeyOf<
      K,
      F[K]
    >]: StoredValue<F[K]>;
  } & {
    readonly [K in Exclude<KeysWith<F, "optional" | "default">, KeysWith<F, "readOnly">> as KeyOf<K, F[K]>]?:
      | StoredValue<F[K]>
      | undefined;
  }
>;

/** What changing a row takes from callers: absent leaves a field as it is, null clears it. */
export type UpdateOf<F extends Fields> = Flat<{
  readonly [K in Exclude<keyof F, KeysWith<F, "readOnly">> as KeyOf<K, F[K]>]?: StoredValue<F[K]> | undefined;
}>;

/** What handlers may change of a row: read-only fields too, but never the id. */
export type ChangeOf<F extends Fields> = Flat<{
  readonly [K in Exclude<keyof F, KeysWith<F, "id">> as KeyOf<K, F[K]>]?: StoredValue<F[K]> | undefined;
}>;

/** An input or object as handlers get it: defaults are filled in. */
export type ObjectInput<F extends Fields> = Flat<
  {
    readonly [K in Exclude<keyof F, KeysWith<F, "optional">> as KeyOf<K, F[K]>]: NullableValue<F[K]>;
  } & {
    readonly [K in KeysWith<F, "optional"> as KeyOf<K, F[K]>]?: NullableValue<F[K]> | undefined;
  }
>;

/** An input as callers state it: what has a default may be left out. */
export type ObjectArgument<F extends Fields> = Flat<
  {
    readonly [K in Exclude<keyof F, KeysWith<F, "optional" | "default">> as KeyOf<K, F[K]>]: NullableValue<
      F[K]
    >;
  } & {
    readonly [K in KeysWith<F, "optional" | "default"> as KeyOf<K, F[K]>]?: NullableValue<F[K]> | undefined;
  }
>;
