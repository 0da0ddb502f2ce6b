import {
  FIRST_NUMBER,
  isKept,
  type LockChange,
  type LockedNumber,
  type LockedNumbers,
} from "./package-lock.ts";
import type { Reserved } from "./proto-file.ts";

/** A field or a value that needs a number. */
export interface NameEntry {
  readonly name: string;
  /** Empty for values of enums. */
  readonly type: string;
  /** The name that it had before. */
  readonly formerly: string | null;
}

/** Whether what the lock says of a type is the type that there is: types change their names with their fields. */
export type IsSameType = (locked: string, type: string) => boolean;

/** The numbers of one message or enum, all given at once: those in the lock, and to new names the next ones after all that ever were. */
export class NumberedNames {
  readonly #place: string;
  readonly #lock: LockedNumbers;
  readonly #isSameType: IsSameType;
  readonly #given: Map<string, LockedNumber>;
  readonly #changes: LockChange[];

  constructor(place: string, lock: LockedNumbers, entries: readonly NameEntry[], isSameType: IsSameType) {
    this.#place = place;
    this.#lock = lock;
    this.#isSameType = isSameType;
    this.#given = new Map();
    this.#changes = [];
    const names = new Set(entries.map(({ name }) => name));
    const fresh = entries.filter((entry) => !this.#keep(entry, names));
    let next = this.#firstFree();
    for (const { name, type } of fresh) {
      while (isKept(next)) next += 1;
      this.#given.set(name, { number: next, type });
      this.#tell("added", name, next, null, type);
      next += 1;
    }
    this.#tellRemoved();
  }

  number(name: string): number {
    const given = this.#given.get(name);
    if (given === undefined) throw new TypeError(`${this.#place} has no ${name}`);
    return given.number;
  }

  get reserved(): Reserved {
    const removed = sorted(this.#removed());
    return { numbers: removed.map(([, { number }]) => number), names: removed.map(([name]) => name) };
  }

  /** How what was asked for differs from the lock. */
  get changes(): readonly LockChange[] {
    return this.#changes;
  }

  toLock(): LockedNumbers {
    return {
      numbers: Object.fromEntries(sorted([...this.#given])),
      removed: Object.fromEntries(sorted(this.#removed())),
    };
  }

  /** Gives an entry the number that it has in the lock, if it is there. */
  #keep({ name, type, formerly }: NameEntry, names: ReadonlySet<string>): boolean {
    const known = own(this.#lock.numbers, name);
    if (known !== null) return this.#give(name, known, type);
    const back = own(this.#lock.removed, name);
    if (back !== null) {
      this.#tell("returned", name, back.number, null, name);
      return this.#give(name, back, type);
    }
    // A name that is still there keeps its number, whatever else says that it was called so.
    const before = formerly === null || names.has(formerly) ? null : own(this.#lock.numbers, formerly);
    if (before === null || this.#isUsed(before.number)) return false;
    this.#tell("renamed", name, before.number, formerly, name);
    return this.#give(name, before, type);
  }

  #give(name: string, { number, type: before }: LockedNumber, type: string): true {
    if (!this.#isSameType(before, type)) this.#tell("retyped", name, number, before, type);
    this.#given.set(name, { number, type });
    return true;
  }

  #firstFree(): number {
    const used = [...Object.values(this.#lock.numbers), ...Object.values(this.#lock.removed)];
    return Math.max(FIRST_NUMBER - 1, ...used.map(({ number }) => number)) + 1;
  }

  #isUsed(number: number): boolean {
    return [...this.#given.values()].some((given) => given.number === number);
  }

  #removed(): [string, LockedNumber][] {
    const all = [...Object.entries(this.#lock.removed), ...Object.entries(this.#lock.numbers)];
    return all.filter(([, { number }]) => !this.#isUsed(number));
  }

  #tellRemoved(): void {
    for (const [name, { number }] of this.#removed())
      if (own(this.#lock.numbers, name)?.number === number) this.#tell("removed", name, number, name, null);
  }

  #tell(
    kind: LockChange["kind"],
    name: string,
    number: number,
    before: string | null,
    after: string | null,
  ): void {
    this.#changes.push({ kind, place: `${this.#place}.${name}`, before, after, number });
  }
}

function sorted(entries: readonly [string, LockedNumber][]): [string, LockedNumber][] {
  return [...entries].sort(([, one], [, other]) => one.number - other.number);
}

function own(record: Readonly<Record<string, LockedNumber>>, name: string): LockedNumber | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}
