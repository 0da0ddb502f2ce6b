import type { Caller } from "../../define/caller.ts";
import type { Rule } from "../../define/rule.ts";
import { type Condition, everyRow } from "../../schema/condition.ts";
import type { StoredRow } from "../../schema/table.ts";
import type { LoggedChange, RowTest } from "../../store/changes.ts";
import { refusal } from "../authorize.ts";
import type { Call } from "../call.ts";
import type { FieldRule } from "../reveal.ts";
import type { Visible } from "../visibility.ts";
import { type SeenType, SharedChange, type SharedEvent, without } from "./shared-change.ts";

/** The rules of a resource, as far as they are about who watches. Null and none are absent. */
export interface WatchRules {
  /** Who may watch. */
  readonly allow: Rule | null;
  readonly rows: Visible | null;
  readonly fields: readonly FieldRule[];
}

/** What one who watches may see, by their filter and by rules: these are asked again for each change. */
export class Viewer {
  readonly #call: Call;
  readonly #rules: WatchRules;
  readonly #compile: (condition: Condition) => RowTest;
  readonly #filter: Condition;
  readonly #filterTest: RowTest | null;
  #rowsKey: string;
  #rowsTest: RowTest | null;
  /** Whether nobody's rules stand between a change and the viewer. */
  readonly #isPlain: boolean;

  constructor(call: Call, rules: WatchRules, filter: Condition, compile: (condition: Condition) => RowTest) {
    this.#call = call;
    this.#rules = rules;
    this.#compile = compile;
    this.#filter = filter;
    this.#filterTest = holdsForAll(filter) ? null : compile(filter);
    this.#rowsKey = "";
    this.#rowsTest = null;
    this.#isPlain = rules.allow === null && rules.fields.length === 0;
  }

  /** The rows that may be seen, as a condition for the store. */
  condition(): Condition {
    const visible = this.#rules.rows?.(this.#caller) ?? null;
    return visible === null || visible === everyRow
      ? this.#filter
      : { kind: "all", of: [visible, this.#filter] };
  }

  /** What a change is to the viewer; null for nothing. */
  judge({ kind, before, after }: LoggedChange): SeenType | null {
    const rows = this.#rules.rows === null ? null : this.#rowsNow(this.#rules.rows);
    const filter = this.#filterTest;
    if (rows === null && filter === null) return kind;
    const sees = (row: LoggedChange["after"]): boolean =>
      row !== null && (filter === null || filter(row)) && (rows === null || rows(row));
    const saw = sees(before);
    if (sees(after)) return saw ? "updated" : "created";
    return saw ? "deleted" : null;
  }

  /** A change as the viewer is told of it. Throws what `allow` says when they may not watch any more. */
  show(event: SharedEvent, type: SeenType): SharedChange | Promise<SharedChange> {
    if (this.#isPlain) return event.shown(type, none);
    return this.#showRuled(event, type);
  }

  /** A row of the snapshot. */
  async showRow(row: StoredRow): Promise<SharedChange> {
    return new SharedChange("snapshot", {
      id: String(row["id"]),
      row: without(row, await this.#hidden(row)),
    });
  }

  get #caller(): Caller | null {
    return this.#call.caller;
  }

  async #showRuled(event: SharedEvent, type: SeenType): Promise<SharedChange> {
    const { allow } = this.#rules;
    if (allow !== null && !(await allow.check(this.#call))) throw refusal(allow, this.#caller);
    const row = event.rowOf(type);
    return event.shown(type, row === null ? none : await this.#hidden(row));
  }

  async #hidden(row: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
    const hidden: string[] = [];
    for (const { key, rule } of this.#rules.fields)
      if (!(await rule.check({ caller: this.#caller, input: row }))) hidden.push(key);
    return hidden;
  }

  /** The rule on rows as it is now; mostly what it was before. */
  #rowsNow(rows: Visible): RowTest | null {
    const condition = rows(this.#caller);
    if (condition === null || condition === everyRow) return null;
    const key = JSON.stringify(condition, plain);
    if (key !== this.#rowsKey) {
      this.#rowsTest = this.#compile(condition);
      this.#rowsKey = key;
    }
    return this.#rowsTest;
  }
}

const none: readonly string[] = [];

function holdsForAll(condition: Condition): boolean {
  return condition.kind === "all" && condition.of.length === 0;
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}
