import type { Limits } from "./limits.ts";

/** Counts the open connections, in all and by address, and says whether there is room for one more. */
export class Admission {
  connections: number;
  readonly #limits: Limits;
  /** Null when addresses are not limited. */
  readonly #byAddress: Map<string, number> | null;

  constructor(limits: Limits) {
    this.connections = 0;
    this.#limits = limits;
    this.#byAddress = Number.isFinite(limits.connectionsPerAddress) ? new Map() : null;
  }

  /** Takes a place; false if there is none. */
  enter(address: string): boolean {
    if (this.connections >= this.#limits.connections) return false;
    if (this.#byAddress !== null) {
      const open = this.#byAddress.get(address) ?? 0;
      if (open >= this.#limits.connectionsPerAddress) return false;
      this.#byAddress.set(address, open + 1);
    }
    this.connections += 1;
    return true;
  }

  /** Gives a place back. */
  leave(address: string): void {
    this.connections -= 1;
    if (this.#byAddress === null) return;
    const open = this.#byAddress.get(address) ?? 1;
    if (open > 1) this.#byAddress.set(address, open - 1);
    else this.#byAddress.delete(address);
  }
}
