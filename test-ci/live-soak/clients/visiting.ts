import { WebSocket } from "ws";
import type { Chance } from "./chance.ts";
import type { Line } from "./line.ts";
import { socketLine } from "./socket-line.ts";
import type { Tally } from "./tally.ts";
import { type Wanderer, Wandering } from "./wanderer.ts";

type Told =
  | { readonly type: "message"; readonly message: { readonly n: number } }
  | { readonly type: "missed"; readonly count: number };

/** A client in a room whose messages are numbered: as long as it stays, none may be missing but those that it is told of. */
export class Visiting implements Wanderer {
  readonly wandering: Wandering;
  readonly #url: string;
  readonly #tally: Tally;
  #line: Line | null;
  #hasStalled: boolean;
  /** The last number; null before the first one. */
  #last: number | null;

  constructor(url: string, tally: Tally, chance: Chance) {
    this.#url = url;
    this.#tally = tally;
    this.#line = null;
    this.#hasStalled = false;
    this.#last = null;
    this.wandering = new Wandering(this, chance);
  }

  get isConnected(): boolean {
    return this.#line !== null;
  }

  get last(): number {
    return this.#last ?? -1;
  }

  join(): void {
    this.#tally.joined += 1;
    this.#hasStalled = false;
    this.#last = null;
    const socket = new WebSocket(this.#url, { perMessageDeflate: false });
    this.#line = socketLine(socket, { told: () => {}, over: (code) => this.#over(code) }, (text) => {
      this.#take(JSON.parse(text) as Told);
      return null;
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

  #take(told: Told): void {
    this.#tally.told += 1;
    if (told.type === "missed") {
      this.#tally.missed += told.count;
      if (this.#last !== null) this.#last += told.count;
      return;
    }
    const { n } = told.message;
    if (this.#last !== null && n !== this.#last + 1)
      this.#tally.fail(`message ${n} came after ${this.#last}`);
    this.#last = n;
  }

  #over(code: string): void {
    this.#line = null;
    if (code === "1013") this.#tally.tooSlow += 1;
    else if (!code.startsWith("lost")) this.#tally.fail(`a room was left: ${code}`);
    else if (this.#last === null) this.#tally.unheard += 1;
    else if (this.#hasStalled) this.#tally.cut += 1;
    else this.#tally.fail(`a room was lost: ${code}`);
    this.wandering.lost();
  }
}
