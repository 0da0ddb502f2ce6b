import { type IsSameType, type NameEntry, NumberedNames } from "./numbered-names.ts";
import type { LockChange, LockedNumbers, PackageLock } from "./package-lock.ts";

export type { LockChange, LockedNumber, LockedNumbers, PackageLock } from "./package-lock.ts";

/** Gives the fields and values of one package their numbers, and tells how that differs from its lock. */
export class Numbering {
  readonly #messages: Numbered;
  readonly #enums: Numbered;
  /** What types were called in the lock, by what they are called now. */
  readonly #formerTypes: Map<string, string>;

  constructor(lock: PackageLock | null) {
    this.#formerTypes = new Map();
    this.#messages = new Numbered(lock?.messages ?? {}, "message", this.#formerTypes);
    this.#enums = new Numbered(lock?.enums ?? {}, "enum", this.#formerTypes);
  }

  /** Of the fields of a message. Types that its fields have must have been numbered before. */
  message(name: string, formerly: string | null, fields: readonly NameEntry[]): NumberedNames {
    return this.#messages.add(name, formerly, fields);
  }

  /** Of the values of an enum; 0 is taken. */
  enum(name: string, formerly: string | null, values: readonly NameEntry[]): NumberedNames {
    return this.#enums.add(name, formerly, values);
  }

  get changes(): readonly LockChange[] {
    return [...this.#messages.changes, ...this.#enums.changes];
  }

  /** The lock as it should be. What is gone altogether stays in it as removed, in case that it returns. */
  toLock(): PackageLock {
    return { messages: this.#messages.toLock(), enums: this.#enums.toLock() };
  }
}

/** All messages, or all enums. */
class Numbered {
  readonly #lock: Readonly<Record<string, LockedNumbers>>;
  readonly #sort: "message" | "enum";
  readonly #formerTypes: Map<string, string>;
  readonly #renamed: Set<string>;
  readonly #names: Map<string, NumberedNames>;
  readonly #changes: LockChange[];

  constructor(
    lock: Readonly<Record<string, LockedNumbers>>,
    sort: "message" | "enum",
    formerTypes: Map<string, string>,
  ) {
    this.#lock = lock;
    this.#sort = sort;
    this.#formerTypes = formerTypes;
    this.#renamed = new Set();
    this.#names = new Map();
    this.#changes = [];
  }

  add(name: string, formerly: string | null, entries: readonly NameEntry[]): NumberedNames {
    const isSame: IsSameType = (locked, type) => this.#isSame(locked, type);
    const names = new NumberedNames(name, this.#locked(name, formerly), entries, isSame);
    this.#names.set(name, names);
    // Of one that is new altogether, its name says enough.
    if (this.#isNew(name)) this.#tell("added", name, null, this.#sort);
    else this.#changes.push(...names.changes);
    return names;
  }

  get changes(): readonly LockChange[] {
    const gone = this.#gone.filter(([, { numbers }]) => Object.keys(numbers).length > 0);
    return [...this.#changes, ...gone.map(([name]) => change("removed", name, this.#sort, null))];
  }

  toLock(): Readonly<Record<string, LockedNumbers>> {
    const gone = this.#gone.map(
      ([name, { numbers, removed }]) => [name, { numbers: {}, removed: { ...removed, ...numbers } }] as const,
    );
    const all = [...gone, ...[...this.#names].map(([name, names]) => [name, names.toLock()] as const)];
    return Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** What the lock has of a type, under its present name or the one before. */
  #locked(name: string, formerly: string | null): LockedNumbers {
    const known = own(this.#lock, name);
    if (known !== null || formerly === null) return known ?? nothing;
    const before = own(this.#lock, formerly);
    if (before === null || this.#names.has(formerly) || this.#renamed.has(formerly)) return nothing;
    this.#renamed.add(formerly);
    this.#formerTypes.set(name, formerly);
    this.#tell("renamed", name, formerly, name);
    return before;
  }

  /** Types change their names with the fields that they are made for. */
  #isSame(locked: string, type: string): boolean {
    if (locked === type) return true;
    const [, label = "", name = ""] = /^((?:repeated )?)(.*)$/.exec(type) ?? [];
    const before = this.#formerTypes.get(name);
    return before !== undefined && locked === `${label}${before}`;
  }

  #isNew(name: string): boolean {
    return own(this.#lock, name) === null && !this.#formerTypes.has(name);
  }

  get #gone(): readonly [string, LockedNumbers][] {
    return Object.entries(this.#lock).filter(([name]) => !this.#names.has(name) && !this.#renamed.has(name));
  }

  #tell(kind: LockChange["kind"], place: string, before: string | null, after: string | null): void {
    this.#changes.push(change(kind, place, before, after));
  }
}

const nothing: LockedNumbers = { numbers: {}, removed: {} };

function change(
  kind: LockChange["kind"],
  place: string,
  before: string | null,
  after: string | null,
): LockChange {
  return { kind, place, before, after, number: null };
}

function own(lock: Readonly<Record<string, LockedNumbers>>, name: string): LockedNumbers | null {
  return Object.hasOwn(lock, name) ? (lock[name] ?? null) : null;
}
