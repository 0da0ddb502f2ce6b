/** The ids that were added last. What a peer has sent before it learnt of a reset still comes, and is no mistake. */
export class RecentIds {
  readonly #ids: Set<number>;
  readonly #most: number;

  constructor(most: number) {
    this.#ids = new Set();
    this.#most = most;
  }

  add(id: number): void {
    if (this.#ids.size >= this.#most) {
      // A set keeps its members in the order in which they came.
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    this.#ids.add(id);
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }
}
