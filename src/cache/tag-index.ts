/** Something with tags. */
export interface Tagged {
  readonly tags: readonly string[];
}

/** Finds what has a tag. A tag that nothing has any more takes no memory. */
export class TagIndex<T extends Tagged> {
  readonly #byTag: Map<string, Set<T>> = new Map();

  /** Number of distinct tags. */
  get size(): number {
    return this.#byTag.size;
  }

  add(item: T): void {
    for (const tag of item.tags) {
      const items = this.#byTag.get(tag);
      if (items === undefined) this.#byTag.set(tag, new Set([item]));
      else items.add(item);
    }
  }

  remove(item: T): void {
    for (const tag of item.tags) {
      const items = this.#byTag.get(tag);
      if (items === undefined) continue;
      items.delete(item);
      if (items.size === 0) this.#byTag.delete(tag);
    }
  }

  /** All that have the tag, safe to walk while some of it is removed. */
  find(tag: string): readonly T[] {
    const items = this.#byTag.get(tag);
    return items === undefined ? [] : [...items];
  }

  clear(): void {
    this.#byTag.clear();
  }
}
