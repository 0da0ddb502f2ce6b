import type { Fields } from "../schema/field.ts";
import type { ChangeOf, CreateOf, RowOf } from "../schema/types.ts";
import type { Resource } from "./definition.ts";

/** The rows of resources: `db(Post).update(id, { title })`. Rules on rows do not hold here: handlers are trusted. */
export interface Database {
  <F extends Fields>(resource: Resource<F>): Rows<F>;
  /**
   * All of it, or nothing: rolled back when `work` throws. Where others have changed the same rows meanwhile, which happens where several may
   * write at a time (PostgreSQL), `work` is run again after a rollback; what it does outside of the database it does again, too.
   */
  readonly transaction: <T>(
    work: (db: Database) => Promise<T>,
    options?: { readonly retry?: boolean },
  ) => Promise<T>;
}

/** The rows of one resource. */
export interface Rows<F extends Fields> {
  /** The row, or the resource's not-found error. */
  get(id: string): Promise<RowOf<F>>;
  find(id: string): Promise<RowOf<F> | null>;
  getMany(ids: readonly string[]): Promise<readonly (RowOf<F> | null)[]>;
  list(query?: RowQuery<F>): Promise<readonly RowOf<F>[]>;
  count(where?: Where<F>): Promise<number>;
  create(values: CreateOf<F> & Partial<ChangeOf<F>>): Promise<RowOf<F>>;
  /** Absent keys stay, null clears. `ifVersion`: only when the row still has this version. */
  update(id: string, changes: ChangeOf<F>, options?: { readonly ifVersion?: number }): Promise<RowOf<F>>;
  delete(id: string, options?: { readonly ifVersion?: number }): Promise<void>;
}

/** Which rows, in which order. */
export interface RowQuery<F extends Fields> {
  readonly where?: Where<F>;
  /** `"title"` or `"title desc"`, several parted by commas. */
  readonly orderBy?: string;
  /** 1000 where it is not stated. */
  readonly limit?: number;
}

/** Conditions that must all hold; a list of such objects: one of them must hold. */
export type Where<F extends Fields> = WhereAll<RowOf<F>> | readonly WhereAll<RowOf<F>>[];

type WhereAll<R> = { readonly [K in keyof R]?: R[K] | Test<R[K]> | undefined };

/** Tests of one value; all that are stated must hold. */
export interface Test<V> {
  readonly ne?: V;
  readonly lt?: NonNullable<V>;
  readonly lte?: NonNullable<V>;
  readonly gt?: NonNullable<V>;
  readonly gte?: NonNullable<V>;
  readonly in?: readonly V[];
  readonly prefix?: string;
  readonly contains?: string;
}
