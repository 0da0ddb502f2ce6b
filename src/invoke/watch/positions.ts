import { frameworkError } from "../../errors/codes.ts";
import type { LogBounds } from "../../store/changes.ts";

/**
 * Positions of one resource's changes as callers state them: opaque, the same in every process, protocol and version, and of no use
 * for another resource or another database.
 */
export class Positions {
  readonly #identity: string;

  /** `identity` tells the resource's history from all others. */
  constructor(identity: string) {
    this.#identity = identity;
  }

  encode(position: number): string {
    return `${position.toString(36)}.${this.#identity}`;
  }

  /** Throws INVALID_POSITION for what no watch ever gave, and POSITION_EXPIRED where changes after it are not there any more. */
  decode(token: string, { oldest, newest }: LogBounds): number {
    const [, digits = "", identity] = /^([0-9a-z]{1,11})\.([\w-]{8})$/.exec(token) ?? [];
    const position = Number.parseInt(digits, 36);
    if (!Number.isSafeInteger(position)) throw invalid();
    if (identity !== this.#identity || position < oldest || position > newest) throw expired();
    return position;
  }
}

/** Who goes on must begin anew. */
export function expired(): Error {
  return frameworkError("POSITION_EXPIRED");
}

function invalid(): Error {
  const mend = "State the position of an event as it was told, or none for a snapshot";
  return frameworkError("INVALID_POSITION", undefined, {
    violations: [{ path: "after", rule: "position", message: "is no position that a watch gave", mend }],
  });
}
