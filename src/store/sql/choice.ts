import { LRUCache } from "lru-cache";
import { type ColumnModel, type TableModel, versionKey } from "../../schema/table.ts";
import type { Columns } from "../store.ts";
import { versionColumn } from "../version-column.ts";
import type { CompileDecoder, DecodeRow } from "./row-decoder.ts";

/** Choices that a table keeps compiled; callers choose, so there must be a bound. */
const keptChoices = 256;

/** Some of a table's columns, and how rows of them are read. */
export class Choice {
  /** Tells it from the other choices of its table. */
  readonly shape: string;
  /** Names of the columns; that of the version is the last, where it is read. */
  readonly names: readonly string[];
  readonly decode: DecodeRow;
  readonly bigints: boolean;

  constructor(columns: readonly ColumnModel[], hasVersion: boolean, compile: CompileDecoder) {
    this.names = [...columns.map(({ name }) => name), ...(hasVersion ? [versionColumn] : [])];
    this.shape = this.names.join();
    const { decode, bigints } = compile(columns, hasVersion);
    this.decode = decode;
    this.bigints = bigints;
  }
}

/** The choices of one table's columns. */
export class Choices {
  /** All of them. */
  readonly all: Choice;
  readonly #model: TableModel;
  readonly #compileDecoder: CompileDecoder;
  readonly #some = new LRUCache<string, Choice>({ max: keptChoices });

  constructor(model: TableModel, compile: CompileDecoder) {
    this.#model = model;
    this.#compileDecoder = compile;
    this.all = new Choice(model.columns, true, compile);
  }

  /** Those of these keys, and the id; `undefined` for all. */
  of(columns: Columns | undefined): Choice {
    if (columns === undefined) return this.all;
    const shape = columns.join();
    const known = this.#some.get(shape);
    if (known !== undefined) return known;
    const made = this.#compile(new Set(["id", ...columns]));
    this.#some.set(shape, made);
    return made;
  }

  #compile(keys: ReadonlySet<string>): Choice {
    const columns = this.#model.columns.filter(({ key }) => keys.has(key));
    const hasVersion = keys.has(versionKey);
    return hasVersion && columns.length === this.#model.columns.length
      ? this.all
      : new Choice(columns, hasVersion, this.#compileDecoder);
  }
}
