import type { Chance } from "./chance.ts";

/** What a client can do of itself. */
export interface Wanderer {
  readonly isConnected: boolean;
  /** Comes, or comes back. */
  join(): void;
  leave(isPolite: boolean): void;
  stall(isStalled: boolean): void;
}

/** Milliseconds in which all come at first: at once they would overflow the queue of a listening socket. */
const coming = [0, 8_000] as const;
/** Milliseconds between two things that a client does, that it stays away, and that it stalls. */
const rest = [2_000, 20_000] as const;
const away = [50, 5_000] as const;
const stalled = [500, 30_000] as const;

/** Has a client join, leave and stall at random until it is told to settle. */
export class Wandering {
  readonly #client: Wanderer;
  readonly #chance: Chance;
  #timer: NodeJS.Timeout | null = null;
  #isSettled = false;

  constructor(client: Wanderer, chance: Chance) {
    this.#client = client;
    this.#chance = chance;
    this.#after(coming, () => this.#return());
  }

  /** It stays, and reads. */
  settle(): void {
    this.#isSettled = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#client.stall(false);
    if (!this.#client.isConnected) this.#client.join();
  }

  /** The connection was ended by the server: it comes back. */
  lost(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#after(away, () => this.#return());
  }

  #rest(): void {
    this.#after(rest, () => this.#act());
  }

  #act(): void {
    const choice = this.#chance.next();
    if (choice < 0.6) {
      this.#client.leave(choice < 0.3);
      this.#after(away, () => this.#return());
    } else {
      this.#client.stall(true);
      this.#after(stalled, () => {
        this.#client.stall(false);
        this.#rest();
      });
    }
  }

  #return(): void {
    if (!this.#client.isConnected) this.#client.join();
    if (!this.#isSettled) this.#rest();
  }

  #after([least, most]: readonly [number, number], act: () => void): void {
    this.#timer = setTimeout(act, this.#isSettled ? least : this.#chance.between(least, most));
  }
}
