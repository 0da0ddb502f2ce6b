import type { ApiError } from "../errors/api-error.ts";
import type { Field } from "./field.ts";

/** The row version under its own key: 1 when created, one more with each change. ETags are made of it. */
export const rowVersion: unique symbol = Symbol("fourfold.rowVersion");

/** Stands for the row version among the keys that a read chooses. It cannot be a field's: those begin with a letter. */
export const versionKey = "_version";

/** A row as a store gives it: values as handlers see them, by key, and its version, unless keys were chosen and it was not among them. */
export interface StoredRow {
  readonly [key: string]: unknown;
  readonly [rowVersion]?: number;
}

/** Values by key, for a row to be. */
export type RowValues = Readonly<Record<string, unknown>>;

/** What a store must keep for one resource. Derived from the definition at start. */
export interface TableModel {
  /** In snake_case, plural: `users`. */
  readonly name: string;
  /** The id first; in the order of the definition. */
  readonly columns: readonly ColumnModel[];
  /** Whether its changes are logged, for those who watch. */
  readonly watched: boolean;
  /** Another row still refers to a row that is to be deleted. */
  readonly onReferenced: () => ApiError;
}

/** One column. */
export interface ColumnModel {
  /** Key in rows: `displayName`, `authorId`. */
  readonly key: string;
  /** Name in the database, in snake_case: `display_name`, `author_id`. */
  readonly name: string;
  readonly field: Field;
  readonly nullable: boolean;
  readonly indexed: boolean;
  /** Raised for a second row with the same value; null where values need not be unique. */
  readonly onDuplicate: ((value: unknown) => ApiError) | null;
  readonly references: ReferenceModel | null;
}

/** A foreign key. */
export interface ReferenceModel {
  /** Name of the table referred to. */
  readonly table: string;
  readonly onDelete: "restrict" | "cascade" | "setNull";
  /** Raised when there is no row with this id. */
  readonly onMissing: (id: unknown) => ApiError;
}
