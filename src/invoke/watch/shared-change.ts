import type { Encoding } from "../../cache/entry.ts";
import type { Change, ChangeType } from "../../define/definition.ts";
import type { LoggedChange } from "../../store/changes.ts";

type Row = Readonly<Record<string, unknown>>;

/** What a change is to someone who sees its row before it, after it, or both times. */
export type SeenType = "created" | "updated" | "deleted";

/**
 * One thing that is told, to all who are to be told the same: never change it. Protocols add an encoding the first time they encode
 * it, and write those bytes to all others.
 */
export class SharedChange implements Change<Row> {
  readonly type: ChangeType;
  readonly id: string | undefined;
  readonly row: Row | undefined;
  readonly position: string | undefined;
  readonly missed: number | undefined;
  #encodings: Encoding[] | null;

  constructor(type: ChangeType, told: Omit<Change<Row>, "type">) {
    this.type = type;
    this.id = told.id;
    this.row = told.row;
    this.position = told.position;
    this.missed = told.missed;
    this.#encodings = null;
  }

  /** The encoding of the given class made by `by`, such as a contract; null where it has not been encoded so yet. */
  encoding<E extends Encoding>(by: object, type: abstract new (...init: never) => E): E | null {
    const encodings = this.#encodings;
    if (encodings === null) return null;
    for (const encoding of encodings) {
      if (encoding.by === by && encoding instanceof type) return encoding;
    }
    return null;
  }

  attach(encoding: Encoding): void {
    this.#encodings ??= [];
    this.#encodings.push(encoding);
  }
}

/** A change of the log on its way to those who watch: what all of them are told is made once. */
export class SharedEvent {
  readonly logged: LoggedChange;
  readonly #token: string | undefined;
  readonly #shown: { readonly hidden: string; readonly change: SharedChange }[];

  /** `token`: the position as callers state it; undefined where nobody can go on from there. */
  constructor(logged: LoggedChange, token: string | undefined) {
    this.logged = logged;
    this.#token = token;
    this.#shown = [];
  }

  get position(): number {
    return this.logged.position;
  }

  /** The row that there is to see, for rules to look at; null where there is none. */
  rowOf(type: SeenType): Row | null {
    return type === "deleted" ? null : (this.logged.after?.row ?? null);
  }

  /** The change as those are told of it from whom rules hide the given keys. */
  shown(type: SeenType, hiddenKeys: readonly string[]): SharedChange {
    const hidden = hiddenKeys.join();
    for (const each of this.#shown)
      if (each.change.type === type && each.hidden === hidden) return each.change;
    const row = this.rowOf(type);
    const change = new SharedChange(type, {
      id: this.logged.id,
      row: row === null ? undefined : without(row, hiddenKeys),
      position: this.#token,
    });
    this.#shown.push({ hidden, change });
    return change;
  }
}

/** A row as someone sees it from whom keys are hidden. */
export function without(row: Row, hiddenKeys: readonly string[]): Row {
  if (hiddenKeys.length === 0) return row;
  return { ...row, ...Object.fromEntries(hiddenKeys.map((key) => [key, null])) };
}
