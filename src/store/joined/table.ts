import type { Awaitable } from "../../base/awaitable.ts";
import { type Leaver, stayer } from "../../base/company.ts";
import type { Ending } from "../../base/end-signal.ts";
import type { Pending } from "../../base/pending.ts";
import type { Condition } from "../../schema/condition.ts";
import type { StoredRow } from "../../schema/table.ts";
import type { Columns, EachQuery, ListQuery, TableReader } from "../store.ts";
import { BatchQueue } from "./batch-queue.ts";
import type { KeyBatch } from "./key-batch.ts";
import { columnsText, conditionText, listText } from "./query-text.ts";
import { SharedRead } from "./shared-read.ts";
import type { Turn } from "./turn.ts";

/** What a table is like whose reads are joined. */
export interface JoinedOptions {
  /** The table for those who may leave; null where nothing is waited for. */
  readonly tableFor?: ((company: Ending) => TableReader) | null;
  /** Keys with which a batch leaves at once; all that there are, where the database is never at work beside this process. */
  readonly enough?: number;
}

const all = Number.POSITIVE_INFINITY;

interface LastRows {
  readonly visible: Condition | null;
  readonly columns: Columns | undefined;
  readonly batch: KeyBatch<StoredRow | null>;
}

interface LastList {
  readonly query: EachQuery;
  readonly batch: KeyBatch<readonly StoredRow[]>;
}

/** Whether all but the values is the very same: what is equal and not the same is found by its text. */
function isSameList(a: EachQuery, b: EachQuery): boolean {
  return (
    a.key === b.key &&
    a.where === b.where &&
    a.order === b.order &&
    a.limit === b.limit &&
    a.after === b.after &&
    a.columns === b.columns
  );
}

/**
 * Reads of one table, joined: those of one turn of the event loop that ask for the same columns under the same conditions are
 * one read, whoever they are for. What a caller may not see is in the conditions, so that no two callers share what only one of
 * them may see. Rows are shared: whoever changes one for a caller copies it first.
 */
export class JoinedTable implements TableReader {
  readonly #table: TableReader;
  readonly #tableFor: ((company: Ending) => TableReader) | null;
  readonly #turn: Turn;
  readonly #rows: BatchQueue<StoredRow | null>;
  readonly #lists: BatchQueue<readonly StoredRow[]>;
  readonly #shared = new Map<string, SharedRead<unknown>>();
  /** What was asked for last: requests of one turn mostly run the same document, and need no text to find their batch. */
  #lastRows: LastRows | null = null;
  #lastList: LastList | null = null;

  constructor(table: TableReader, turn: Turn, { tableFor = null, enough = all }: JoinedOptions = {}) {
    this.#table = table;
    this.#tableFor = tableFor;
    this.#turn = turn;
    this.#rows = new BatchQueue(turn, enough);
    this.#lists = new BatchQueue(turn, enough);
  }

  get(
    id: string,
    visible: Condition | null,
    columns?: Columns,
    leaver: Leaver = stayer,
  ): Pending<StoredRow | null> {
    return this.#byId(visible, columns).one(id, leaver);
  }

  getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
    leaver: Leaver = stayer,
  ): Pending<readonly (StoredRow | null)[]> {
    return this.#byId(visible, columns).many(ids, leaver);
  }

  listEach(query: EachQuery, leaver: Leaver = stayer): Pending<readonly (readonly StoredRow[])[]> {
    const last = this.#lastList;
    if (last !== null && !last.batch.isSent && isSameList(last.query, query))
      return last.batch.many(query.values, leaver);
    const text = `${query.key} ${listText(query)}`;
    const batch = this.#lists.batch(text, (values, company) =>
      this.#for(company).listEach({ ...query, values }),
    );
    this.#lastList = { query, batch };
    return batch.many(query.values, leaver);
  }

  list(query: ListQuery, leaver: Leaver = stayer): Pending<readonly StoredRow[]> {
    return this.#share(`list ${listText(query)}`, leaver, (table) => table.list(query));
  }

  count(where: Condition, leaver: Leaver = stayer): Pending<number> {
    return this.#share(`count ${conditionText(where)}`, leaver, (table) => table.count(where));
  }

  /** The same reads for one who may leave: a read ends when all who asked for it, or for what is read with it, have left. */
  for(leaver: Leaver): TableReader {
    return {
      get: (id, visible, columns) => this.get(id, visible, columns, leaver),
      getMany: (ids, visible, columns) => this.getMany(ids, visible, columns, leaver),
      listEach: (query) => this.listEach(query, leaver),
      list: (query) => this.list(query, leaver),
      count: (where) => this.count(where, leaver),
    };
  }

  #for(company: Ending): TableReader {
    return this.#tableFor === null ? this.#table : this.#tableFor(company);
  }

  #byId(visible: Condition | null, columns: Columns | undefined): KeyBatch<StoredRow | null> {
    const last = this.#lastRows;
    if (last !== null && !last.batch.isSent && last.visible === visible && last.columns === columns)
      return last.batch;
    const text = `${columnsText(columns)} ${conditionText(visible)}`;
    const batch = this.#rows.batch(text, (ids, company) => this.#for(company).getMany(ids, visible, columns));
    this.#lastRows = { visible, columns, batch };
    return batch;
  }

  #share<V>(text: string, leaver: Leaver, read: (table: TableReader) => Awaitable<V>): Pending<V> {
    const known = this.#shared.get(text);
    // What is read is told by the text.
    const shared = known === undefined ? this.#begin(text, read) : (known as SharedRead<V>);
    shared.join(leaver);
    return shared.answer;
  }

  #begin<V>(text: string, read: (table: TableReader) => Awaitable<V>): SharedRead<V> {
    const made = new SharedRead((company) => {
      this.#shared.delete(text);
      return read(this.#for(company));
    });
    this.#shared.set(text, made);
    this.#turn.add(made);
    return made;
  }
}
