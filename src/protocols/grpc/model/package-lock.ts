/** Numbers of one package: the part of `fourfold.lock.json` that is about gRPC. Names are those within the package. */
export interface PackageLock {
  readonly messages: Readonly<Record<string, LockedNumbers>>;
  readonly enums: Readonly<Record<string, LockedNumbers>>;
}

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
  /** `string`, `repeated User`; empty for values of enums. */
  readonly type: string;
}

/** A way in which a definition and its lock differ. */
export interface LockChange {
  /** `added`, `renamed`, `removed` and `returned` are written into the lock; `retyped` breaks clients and is not. */
  readonly kind: "added" | "renamed" | "removed" | "returned" | "retyped";
  /** Within the package: `User.email`, or `User` where all of it is meant. */
  readonly place: string;
  /** What it was: a name, or a type. */
  readonly before: string | null;
  /** What it is. */
  readonly after: string | null;
  /** Null for a whole message or enum. */
  readonly number: number | null;
}

/** The least and the most that the number of a field may be (proto3, "Assigning Field Numbers"). */
export const FIRST_NUMBER = 1;
export const LAST_NUMBER = 536_870_911;

/** Numbers that protobuf keeps for itself. */
export function isKept(number: number): boolean {
  return number >= 19_000 && number <= 19_999;
}
