import { frameworkError } from "../../errors/codes.ts";
import type { Condition } from "../../schema/condition.ts";
import { type RowValues, rowVersion, type StoredRow } from "../../schema/table.ts";
import type { Choice } from "../sql/choice.ts";
import type { Statement } from "../sql/compiled-statement.ts";
import { firstById, listOf } from "../sql/each-lists.ts";
import type { Columns, EachQuery, ListQuery, TableReader, TableWriter, WriteGuard } from "../store.ts";
import { toLists } from "./array-lists.ts";
import { toReadError, toWriteError } from "./faults.ts";
import type { Answer, Runner } from "./runner.ts";
import type { TableCode } from "./table-code.ts";
import { isUuid, type SqlValue } from "./values.ts";

/** The rows of one table by whatever runs its statements: each of these is one, but for what a failure needs to be told. */
export class TableAccess implements TableReader, TableWriter {
  readonly #table: TableCode;
  readonly #runner: Runner;

  constructor(table: TableCode, runner: Runner) {
    this.#table = table;
    this.#runner = runner;
  }

  async get(id: string, visible: Condition | null, columns?: Columns): Promise<StoredRow | null> {
    // Ids are UUIDs here; the server would refuse any other.
    if (!isUuid(id)) return null;
    const choice = this.#table.choices.of(columns);
    const statement = this.#table.statements.get(id, visible, choice);
    const { rows } = await this.#read(() => this.#runner.read(statement));
    const [raw] = rows;
    return raw === undefined ? null : choice.decode(raw);
  }

  async getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
  ): Promise<readonly (StoredRow | null)[]> {
    const [first] = ids;
    if (first === undefined) return [];
    if (ids.length === 1) return [await this.get(first, visible, columns)];
    const choice = this.#table.choices.of(columns);
    const { rows } = await this.#read(() =>
      this.#runner.read(this.#table.statements.getMany(filledUp(ids, first), visible, choice)),
    );
    const byId = new Map(rows.map((raw) => [raw[0], raw]));
    return ids.map((id) => {
      const raw = byId.get(id);
      return raw === undefined ? null : choice.decode(raw);
    });
  }

  async list(query: ListQuery): Promise<readonly StoredRow[]> {
    const choice = this.#table.choices.of(query.columns);
    const { rows } = await this.#read(() => this.#runner.read(this.#table.statements.list(query, choice)));
    return rows.map(choice.decode);
  }

  async listEach(query: EachQuery): Promise<readonly (readonly StoredRow[])[]> {
    const { values, columns } = query;
    const [first] = values;
    if (first === undefined) return [];
    if (values.length === 1) return [await this.list(listOf(query, first))];
    const choice = this.#table.choices.of(columns);
    const short = await this.#listShort(query, choice);
    if (short !== null) return short;
    const { rows } = await this.#read(() => this.#runner.read(this.#table.each.listEach(query, choice)));
    return toLists(rows, values.length, choice);
  }

  /** Lists by id that are short, as most are: they are put in order here. Null where one might go on. */
  async #listShort(query: EachQuery, choice: Choice): Promise<readonly (readonly StoredRow[])[] | null> {
    const { values, key, limit, order, after } = query;
    const { crowded, each } = this.#table;
    if (order.length > 0 || after !== null || crowded.has(key)) return null;
    const statement = each.listShort({ ...query, limit: limit + 1 }, choice);
    const { rows } = await this.#read(() => this.#runner.read(statement));
    const lists = toLists(rows, values.length, choice);
    if (lists.some((list) => list.length > limit)) {
      crowded.add(key);
      return null;
    }
    return lists.map((list) => firstById(list, limit));
  }

  async count(where: Condition): Promise<number> {
    const { rows } = await this.#read(() => this.#runner.read(this.#table.statements.count(where)));
    return Number(rows[0]?.[0] ?? 0);
  }

  async insert(rows: readonly RowValues[]): Promise<readonly StoredRow[]> {
    if (rows.length === 0) return [];
    const written = await this.#write(this.#table.inserts.rows(rows), rows);
    return written.rows.map(this.#table.choices.all.decode);
  }

  async update(id: string, changes: RowValues, guard: WriteGuard): Promise<StoredRow | null> {
    if (!isUuid(id)) return null;
    if (Object.keys(changes).length === 0) return this.#unchanged(id, guard);
    const { rows } = await this.#write(this.#table.statements.update(id, changes, guard), [changes]);
    const [raw] = rows;
    if (raw !== undefined) return this.#table.choices.all.decode(raw);
    await this.#assertNoOtherVersion(id, guard);
    return null;
  }

  async delete(id: string, guard: WriteGuard): Promise<boolean> {
    if (!isUuid(id)) return false;
    const { count } = await this.#write(this.#table.statements.delete(id, guard), []);
    if (count === 0) await this.#assertNoOtherVersion(id, guard);
    return count > 0;
  }

  /** Changing nothing is no change: the row keeps its version. */
  async #unchanged(id: string, guard: WriteGuard): Promise<StoredRow | null> {
    const row = await this.#current(id, guard.visible);
    if (row !== null && guard.version !== null && row[rowVersion] !== guard.version)
      throw frameworkError("PRECONDITION_FAILED");
    return row;
  }

  /** Nothing was written: because there is no such row, or because it has another version. */
  async #assertNoOtherVersion(id: string, guard: WriteGuard): Promise<void> {
    if (guard.version !== null && (await this.#current(id, guard.visible)) !== null)
      throw frameworkError("PRECONDITION_FAILED");
  }

  /** The row as it is, and not as some replica may still have it. */
  async #current(id: string, visible: Condition | null): Promise<StoredRow | null> {
    const choice = this.#table.choices.all;
    const statement = this.#table.statements.get(id, visible, choice);
    const { rows } = await this.#read(() => this.#runner.check(statement));
    const [raw] = rows;
    return raw === undefined ? null : choice.decode(raw);
  }

  async #read(read: () => Promise<Answer>): Promise<Answer> {
    try {
      return await read();
    } catch (thrown) {
      throw toReadError(thrown);
    }
  }

  async #write(statement: Statement<SqlValue>, rows: readonly RowValues[]): Promise<Answer> {
    try {
      return await this.#runner.write(statement);
    } catch (thrown) {
      throw await toWriteError(thrown, { table: this.#table, rows, runner: this.#runner });
    }
  }
}

/**
 * How many elements the planner takes an array to have that it does not know. One of fewer seems to cost less than the plan for any array,
 * and would be planned anew each time, which takes longer than reading its rows: it is filled up with a key that it has.
 */
const assumedLength = 10;

function filledUp(keys: readonly string[], filling: string): readonly string[] {
  const missing = assumedLength - keys.length;
  return missing <= 0 ? keys : [...keys, ...Array.from({ length: missing }, () => filling)];
}
