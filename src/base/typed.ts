/**
 * Something that stands for values of type `T` without holding one: a field type, an error's detail.
 * The member exists for the type checker only; no object has it.
 */
export interface Typed<out T> {
  readonly "~type"?: T;
}

/** The static type that a {@link Typed} stands for. */
export type TypeOf<D> = D extends Typed<infer T> ? T : never;
