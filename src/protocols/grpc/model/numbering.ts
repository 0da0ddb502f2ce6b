import type { Reserved } from "./proto-file.ts";

/** The numbers of one message's fields, or of one enum's values. */
export interface LockedNumbers {
  /** By name. */
  readonly numbers: Readonly<Record<string, LockedNumber>>;
  /** What was removed, by name: neither name nor number may come back as something else. */
  readonly removed: Readonly<Record<string, LockedNumber>>;
}

/** A number, and what it stands for. */
export interface LockedNumber {
  readonly number: number;
  /** `string`, `repeated blog.v1.User`; empty for values of enums. */
  readonly type: string;
}

/** Numbers of one package: the part of `fourfold.lock.json` that is about gRPC. */
export interface PackageLock {
  readonly messages: Readonly<Record<string, LockedNumbers>>;
  readonly enums: Readonly<Record<string, LockedNumbers>>;
}

/** A way in which a definition and its lock differ. */
export interface LockChange {
  /** `added`, `renamed`, `removed` and `returned` are written into the lock; `retyped` breaks clients and is not. */
  readonly kind: "added" | "renamed" | "removed" | "returned" | "retyped";
  /** `blog.v1.User.email`. */
  readonly place: string;
  /** What it was: a name, or a type. */
  readonly before: string | null;
  /** What it is. */
  readonly after: string | null;
  readonly number: number;
}

/** Numbers that protobuf keeps for itself ("Reserved Field Numbers"). */
const KEPT_FIRST = 19_000;
const KEPT_LAST = 19_999;

/** Gives names their numbers: those in the lock, and to new names the next ones after all that ever were. */
export class Numbering {
  readonly #lock: PackageLock;
  readonly #messages = new Map<string, NumberedNames>();
  readonly #enums = new Map<string, NumberedNames>();

  constructor(lock: PackageLock | null) {
    this.#lock = lock ?? { messages: {}, enums: {} };
  }

  /** Of the fields of a message, by its full name; they begin with 1. */
  message(fullName: string): NumberedNames {
    return entryOf(this.#messages, fullName, this.#lock.messages[fullName], 1);
  }

  /** Of the values of an enum; 0 is taken. */
  enum(fullName: string): NumberedNames {
    return entryOf(this.#enums, fullName, this.#lock.enums[fullName], 1);
  }

  /** How what was asked for differs from the lock. Messages and enums that are gone are `removed` as a whole. */
  get changes(): readonly LockChange[] {
    return [...this.#messages.values(), ...this.#enums.values()].flatMap((names) => names.changes);
  }

  /** The lock as it should be. What is gone altogether stays in it, in case that it returns. */
  toLock(): PackageLock {
    return {
      messages: merged(this.#lock.messages, this.#messages),
      enums: merged(this.#lock.enums, this.#enums),
    };
  }
}

/** The names of one message or enum, and their numbers. */
export class NumberedNames {
  readonly #place: string;
  readonly #lock: LockedNumbers;
  readonly #used: Set<number>;
  readonly #given = new Map<string, LockedNumber>();
  readonly #taken = new Set<string>();
  readonly #changes: LockChange[] = [];
  #next: number;

  constructor(place: string, lock: LockedNumbers, first: number) {
    this.#place = place;
    this.#lock = lock;
    this.#used = new Set(
      [...Object.values(lock.numbers), ...Object.values(lock.removed)].map(({ number }) => number),
    );
    this.#next = Math.max(first - 1, ...this.#used) + 1;
  }

  /** The number of a name. `formerly` is the name that it had before. */
  number(name: string, type: string, formerly: string | null = null): number {
    const given = this.#find(name, type, formerly);
    this.#given.set(name, given);
    return given.number;
  }

  /** Asked for once all names have their numbers. */
  get reserved(): Reserved {
    const removed = Object.entries(this.#removed()).sort(([, one], [, other]) => one.number - other.number);
    return {
      numbers: removed.map(([, { number }]) => number),
      names: removed.map(([name]) => name),
    };
  }

  get changes(): readonly LockChange[] {
    const gone = Object.entries(this.#removed())
      .filter(([name]) => Object.hasOwn(this.#lock.numbers, name))
      .map(([name, { number }]) => this.#change("removed", name, number, { before: name, after: null }));
    return [...this.#changes, ...gone];
  }

  toLock(): LockedNumbers {
    return { numbers: Object.fromEntries(this.#given), removed: this.#removed() };
  }

  #find(name: string, type: string, formerly: string | null): LockedNumber {
    const { numbers, removed } = this.#lock;
    const known = own(numbers, name);
    if (known !== null) return this.#keep(name, known, type);
    const back = own(removed, name);
    if (back !== null) {
      this.#changes.push(this.#change("returned", name, back.number, { before: null, after: name }));
      return this.#keep(name, back, type);
    }
    const before = formerly === null ? null : own(numbers, formerly);
    if (before !== null && formerly !== null) {
      this.#changes.push(this.#change("renamed", name, before.number, { before: formerly, after: name }));
      this.#taken.add(formerly);
      return this.#keep(name, before, type);
    }
    const number = this.#fresh();
    this.#changes.push(this.#change("added", name, number, { before: null, after: type }));
    return { number, type };
  }

  #keep(name: string, known: LockedNumber, type: string): LockedNumber {
    this.#taken.add(name);
    if (known.type === type) return known;
    this.#changes.push(this.#change("retyped", name, known.number, { before: known.type, after: type }));
    return { number: known.number, type };
  }

  #fresh(): number {
    if (this.#next === KEPT_FIRST) this.#next = KEPT_LAST + 1;
    const number = this.#next;
    this.#next += 1;
    return number;
  }

  #removed(): Record<string, LockedNumber> {
    const all = { ...this.#lock.removed, ...this.#lock.numbers };
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => !this.#given.has(name) && !this.#taken.has(name)),
    );
  }

  #change(
    kind: LockChange["kind"],
    name: string,
    number: number,
    { before, after }: Pick<LockChange, "before" | "after">,
  ): LockChange {
    return { kind, place: `${this.#place}.${name}`, before, after, number };
  }
}

function entryOf(
  entries: Map<string, NumberedNames>,
  name: string,
  lock: LockedNumbers | undefined,
  first: number,
): NumberedNames {
  const known = entries.get(name);
  if (known !== undefined) return known;
  const made = new NumberedNames(name, lock ?? { numbers: {}, removed: {} }, first);
  entries.set(name, made);
  return made;
}

function merged(
  before: Readonly<Record<string, LockedNumbers>>,
  now: ReadonlyMap<string, NumberedNames>,
): Readonly<Record<string, LockedNumbers>> {
  const all = { ...before, ...Object.fromEntries([...now].map(([name, names]) => [name, names.toLock()])) };
  return Object.fromEntries(Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function own(record: Readonly<Record<string, LockedNumber>>, name: string): LockedNumber | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}
