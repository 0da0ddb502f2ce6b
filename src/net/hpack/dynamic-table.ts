import type { TableEntry } from "./table-entry.ts";

/**
 * The dynamic table (RFC 7541 §2.3.2): the newest entry has the first index, the oldest gives way. A ring, so that
 * neither moves the others. What it keeps of a peer is at most its capacity, and grows only with what comes.
 */
export class DynamicTable {
  /** Bytes it may hold, as the peer last said (§6.3). */
  #capacity: number;
  #size: number;
  /** Its length is a power of two. */
  #ring: (TableEntry | null)[];
  /** Where the next entry goes. */
  #head: number;
  #count: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#size = 0;
    this.#ring = new Array<TableEntry | null>(16).fill(null);
    this.#head = 0;
    this.#count = 0;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** The bytes of its entries. */
  get size(): number {
    return this.#size;
  }

  /** 0 for the newest; null where there is none. */
  at(age: number): TableEntry | null {
    if (age >= this.#count) return null;
    return this.#ring[(this.#head - 1 - age) & (this.#ring.length - 1)] ?? null;
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#evict(capacity);
  }

  /** An entry that is larger than the table empties it and is not added, which is no error (§4.4). */
  add(entry: TableEntry): void {
    const { size } = entry;
    this.#evict(this.#capacity - size);
    if (size > this.#capacity) return;
    if (this.#count === this.#ring.length) this.#grow();
    this.#ring[this.#head] = entry;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#count += 1;
    this.#size += size;
  }

  #evict(room: number): void {
    while (this.#count > 0 && this.#size > room) {
      const oldest = (this.#head - this.#count) & (this.#ring.length - 1);
      this.#size -= this.#ring[oldest]?.size ?? 0;
      this.#ring[oldest] = null;
      this.#count -= 1;
    }
  }

  #grow(): void {
    const entries = this.#ring.slice(this.#head).concat(this.#ring.slice(0, this.#head));
    this.#head = entries.length;
    this.#ring = entries.concat(new Array<TableEntry | null>(entries.length).fill(null));
  }
}
