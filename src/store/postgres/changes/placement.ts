import { setImmediate as turn } from "node:timers/promises";
import type { Pool } from "../pool/pool.ts";
import { retrying } from "../retry.ts";

/** Changes that are given their positions at once: in between others have their turn. */
const most = 2_000;
/** Milliseconds after which changes are looked for that nobody here has written: of other programs, or of a node that went away. */
const elsewhereMs = 500;
/** Milliseconds that changes wait for their positions while nobody here waits for them: those who watch elsewhere do. */
const patientMs = 20;

const placeChanges = `select "fourfold_place_changes"($1) as "placed"`;

/**
 * Has changes given their positions, once they are committed. Whoever has written does so for all others: a position cannot be given by
 * the transaction that is committed by it.
 */
export class Placement {
  readonly #pool: Pool;
  /** What is committed here may have no position. */
  #isOpen: boolean;
  #lookedAt: number;
  #running: Promise<void> | null;
  /** That which begins when the running one has ended. */
  #next: Promise<void> | null;
  #timer: NodeJS.Timeout | null;
  /** Told when positions were given; null while nobody waits for them here. */
  whenPlaced: (() => void) | null;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#isOpen = true;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.#running = null;
    this.#next = null;
    this.#timer = null;
    this.whenPlaced = null;
  }

  /** Something has been committed. */
  wrote(): void {
    this.#isOpen = true;
    if (this.#timer !== null) return;
    // Writes of one turn are placed together.
    const wait = this.whenPlaced === null ? patientMs : 0;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // Whoever reads the log tries again.
      if (this.#isOpen) this.place().catch(() => {});
    }, wait).unref();
  }

  /** Resolves when all that this process has committed has a position, and others' if they are not quite new. */
  async upToDate(): Promise<void> {
    if (this.#isOpen || performance.now() - this.#lookedAt > elsewhereMs) await this.place();
    else if (this.#running !== null) await this.#running;
  }

  /** Gives positions to all that is committed now. */
  place(): Promise<void> {
    if (this.#running === null) return this.#begin();
    // The one that runs may have looked before.
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = null;
        return this.#begin();
      });
    return this.#next;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #begin(): Promise<void> {
    const running = this.#placeAll().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  async #placeAll(): Promise<void> {
    this.#isOpen = false;
    this.#lookedAt = performance.now();
    try {
      for (let placed = most; placed === most; ) {
        placed = await this.#placeSome();
        if (placed > 0) this.whenPlaced?.();
        if (placed === most) await turn();
      }
    } catch (thrown) {
      this.#isOpen = true;
      throw thrown;
    }
  }

  async #placeSome(): Promise<number> {
    const statement = { name: "fourfold_place_changes", text: placeChanges, values: [most] };
    const { rows } = await retrying(() => this.#pool.query(statement));
    return Number(rows[0]?.["placed"] ?? 0);
  }
}
