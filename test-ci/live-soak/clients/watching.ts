import type { Chance } from "./chance.ts";
import { Ledger } from "./ledger.ts";
import type { Line, OpenLine, ToldChange } from "./line.ts";
import type { Tally } from "./tally.ts";
import { type Wanderer, Wandering } from "./wanderer.ts";

/** A watch that was ended for a reason that the client must bear: it goes on from where it was. */
const bearable: ReadonlySet<string> = new Set(["WATCH_TOO_SLOW"]);

/** A client that watches rows, and goes on where it was when it comes back; now and then it begins anew. */
export class Watching implements Wanderer {
  readonly ledger: Ledger;
  readonly wandering: Wandering;
  readonly #open: OpenLine;
  readonly #tally: Tally;
  readonly #chance: Chance;
  #line: Line | null;
  #hasHeard: boolean;
  /** It has stalled on this line, so that the server may have cut it. */
  #hasStalled: boolean;

  constructor(open: OpenLine, tally: Tally, chance: Chance) {
    this.ledger = new Ledger();
    this.#open = open;
    this.#tally = tally;
    this.#chance = chance;
    this.#line = null;
    this.#hasHeard = false;
    this.#hasStalled = false;
    this.wandering = new Wandering(this, chance);
  }

  get isConnected(): boolean {
    return this.#line !== null;
  }

  join(): void {
    if (this.#chance.next() < 0.05) this.ledger.forget();
    if (this.ledger.position === null) this.ledger.forget();
    else this.#tally.resumed += 1;
    this.#tally.joined += 1;
    this.#hasHeard = false;
    this.#hasStalled = false;
    this.#line = this.#open(this.ledger.position, {
      told: (change) => this.#take(change),
      over: (code) => this.#over(code),
    });
  }

  leave(isPolite: boolean): void {
    this.#line?.leave(isPolite);
    this.#line = null;
  }

  stall(isStalled: boolean): void {
    this.#line?.stall(isStalled);
    if (isStalled) this.#hasStalled = true;
    if (isStalled) this.#tally.stalled += 1;
  }

  #take(change: ToldChange): void {
    this.#tally.told += 1;
    this.#hasHeard = true;
    const wrong = this.ledger.take(change);
    if (wrong !== null) this.#tally.fail(wrong);
  }

  #over(code: string): void {
    this.#line = null;
    if (bearable.has(code)) this.#tally.tooSlow += 1;
    else if (!code.startsWith("lost")) this.#tally.fail(`a watch was ended: ${code}`);
    else if (!this.#hasHeard) this.#tally.unheard += 1;
    // Whoever takes nothing for half a minute is cut off.
    else if (this.#hasStalled) this.#tally.cut += 1;
    else this.#tally.fail(`a watch was lost: ${code}`);
    this.wandering.lost();
  }
}
