import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { toSnakeCase } from "../../src/base/casing.ts";
import { ApiError } from "../../src/errors/api-error.ts";
import type { Field } from "../../src/schema/field.ts";
import { t } from "../../src/schema/t.ts";
import type { ColumnModel, RowValues, StoredRow, TableModel } from "../../src/schema/table.ts";
import { openSqliteStore, type SqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store, Table } from "../../src/store/store.ts";

/** A table of fields by key; the reference `authorId` names its table by its field's target. */
export function tableOf(name: string, fields: Readonly<Record<string, Field>>): TableModel {
  return {
    name,
    columns: Object.entries({ id: t.id(), ...fields }).map(([key, field]) => columnOf(key, field)),
    watched: true,
    onReferenced: () => new ApiError("STILL_REFERENCED", "failed_precondition", name),
  };
}

function columnOf(key: string, field: Field): ColumnModel {
  const { shape } = field;
  return {
    key,
    name: toSnakeCase(key),
    field,
    nullable: field.optional || field.nullable,
    indexed: field.indexed || shape.kind === "ref",
    onDuplicate:
      field.unique === false ? null : (value) => new ApiError("TAKEN", "already_exists", `${key} ${value}`),
    references:
      shape.kind !== "ref"
        ? null
        : {
            table: String(shape.target),
            onDelete: shape.onDelete,
            onMissing: (id) => new ApiError("MISSING", "failed_precondition", `${key} ${id}`),
          },
  };
}

export const users: TableModel = tableOf("users", {
  name: t.string(),
  email: t.email({ unique: true }),
  nick: t.string({ optional: true, unique: true }),
});

export const posts: TableModel = tableOf("posts", {
  title: t.string(),
  authorId: t.ref("users"),
  editorId: t.ref("users", { optional: true, onDelete: "setNull" }),
});

export const comments: TableModel = tableOf("comments", {
  text: t.text(),
  postId: t.ref("posts", { onDelete: "cascade" }),
});

export const blog: readonly TableModel[] = [users, posts, comments];

/** Id number `index`, as a UUID; they sort as numbers do. */
export function idOf(index: number): string {
  return `00000000-0000-7000-8000-${index.toString(16).padStart(12, "0")}`;
}

export function user(index: number, values: RowValues = {}): RowValues {
  return { id: idOf(index), name: `User ${index}`, email: `user${index}@example.com`, nick: null, ...values };
}

/** For children that tests start: what one of them compiles, the next ones need not. */
export const childEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_COMPILE_CACHE: join(tmpdir(), "fourfold-test-compile-cache"),
  NODE_NO_WARNINGS: "1",
};

/** A folder of the test's own, gone after it. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-store-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store that counts the statements that read rows, outside of transactions. */
export interface OpenedStore extends Store {
  readonly reads: number;
}

/** What tests of every store ask for. */
export interface StoreOptions {
  /** Milliseconds that a handler's transaction may take. */
  readonly transactionTimeout?: number;
  /** Whether it need not be on a disk. */
  readonly inMemory?: boolean;
}

/** Opens a store that the test's end closes. */
export type OpenStore = (
  context: TestContext,
  tables: readonly TableModel[],
  options?: StoreOptions,
) => Promise<OpenedStore>;

/** What the tests of every store run on: SQLite, unless whoever imports them has put another one in its place. */
export const tested: { name: "sqlite" | "postgres"; open: OpenStore } = {
  name: "sqlite",
  open: async (context, tables, { inMemory = true, transactionTimeout } = {}) => {
    const location = inMemory ? ":memory:" : join(temporaryFolder(context), "store.sqlite");
    return openFor(context, tables, location, transactionTimeout);
  },
};

/** One table of such a store. */
export async function openTable(
  context: TestContext,
  tables: readonly TableModel[],
  name: string,
): Promise<Table> {
  return (await tested.open(context, tables)).table(name);
}

/** A store on SQLite that the test's end closes; in memory where no file is named. */
export function openFor(
  context: TestContext,
  tables: readonly TableModel[],
  location = ":memory:",
  transactionTimeout = 10_000,
): SqliteStore {
  const store = openSqliteStore({ location, tables, migrate: "auto", transactionTimeout, lockTimeout: 50 });
  context.after(() => store.close());
  return store;
}

/** Rows without their versions, which equality would look at. */
export function plain(row: StoredRow | null | undefined): RowValues | null {
  return row === null || row === undefined ? null : Object.fromEntries(Object.entries(row));
}

/** Any write: whichever version the row has, whoever may see it. */
export const unguarded = { version: null, visible: null } as const;
