import type { ApiError, Violation } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";

/** An answer lists this many violations at most, so that a hostile input cannot make it large. */
const most = 100;

/** Collects every violated rule of one input. */
export class Violations {
  readonly list: Violation[] = [];
  /** How many were found; more than are listed, where there are too many. */
  count = 0;

  add(path: string, rule: string, message: string, mend: string): void {
    this.count++;
    if (this.list.length < most) this.list.push({ path, rule, message, mend });
  }

  get any(): boolean {
    return this.list.length > 0;
  }

  toError(): ApiError {
    const [first] = this.list;
    const more = this.list.length > 1 ? ` (and ${this.list.length - 1} more)` : "";
    const where = first === undefined || first.path === "" ? "" : `${first.path}: `;
    return frameworkError("INVALID_INPUT", `${where}${first?.message ?? "invalid"}${more}`, {
      violations: this.list,
    });
  }
}

/** The path of a member under `path`. */
export function memberPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
