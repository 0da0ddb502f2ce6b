/** Of a map that has few entries; a power of two, as all numbers of slots are. */
const fewestSlots = 8;

/** Another one in each process, so that nobody outside can choose texts that all want the same slot. */
const multiplier = (Math.floor(Math.random() * 2 ** 29) << 3) | 5;

/**
 * A map that lives long and whose entries do not, such as the calls of a connection: arrays with linear probing. A `Map` is given a new
 * table whenever as many entries have come and gone as it has room for, and its old one refers to the new one: once a major
 * collection has moved one of them into the old generation, all that follow survive with the entries they had, until the next major
 * collection, which they bring about. Measured with 128 calls under way on a socket: 3 to 5 ms for each minor collection in place of 0.6, and a
 * heap of 60 MiB in place of 18.
 */
export class PassingMap<Key extends string | number, Value extends object> {
  #keys: (Key | null)[];
  #values: (Value | null)[];
  #size: number;

  constructor() {
    this.#keys = emptySlots(fewestSlots);
    this.#values = emptySlots(fewestSlots);
    this.#size = 0;
  }

  get size(): number {
    return this.#size;
  }

  get(key: Key): Value | undefined {
    return this.#values[this.#place(key)] ?? undefined;
  }

  set(key: Key, value: Value): void {
    // No more than half of the slots are taken: where one looks, the way to a free one is short.
    if ((this.#size + 1) * 2 > this.#keys.length) this.#resize(this.#keys.length * 2);
    const place = this.#place(key);
    if (this.#keys[place] === null) this.#size += 1;
    this.#keys[place] = key;
    this.#values[place] = value;
  }

  delete(key: Key): void {
    const place = this.#place(key);
    if (this.#keys[place] === null) return;
    this.#size -= 1;
    this.#empty(place);
    this.#closeGap(place);
    const { length } = this.#keys;
    if (length > fewestSlots && this.#size * 16 < length) this.#resize(length / 4);
  }

  /** In no order. The list is the caller's, as that of values is: entries may come and go meanwhile. */
  keys(): Key[] {
    return this.#keys.filter((key) => key !== null);
  }

  /** In the order of the keys. */
  values(): Value[] {
    return this.#values.filter((value) => value !== null);
  }

  clear(): void {
    this.#keys = emptySlots(fewestSlots);
    this.#values = emptySlots(fewestSlots);
    this.#size = 0;
  }

  /** Where a key is, or would be put. */
  #place(key: Key): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    let place = hashOf(key) & last;
    for (;;) {
      const there = keys[place] ?? null;
      if (there === null || there === key) return place;
      place = (place + 1) & last;
    }
  }

  #empty(place: number): void {
    this.#keys[place] = null;
    this.#values[place] = null;
  }

  /** Entries behind a slot that has become free move up, those that are found from there or from before it. */
  #closeGap(gap: number): void {
    const keys = this.#keys;
    const last = keys.length - 1;
    let free = gap;
    for (let place = (gap + 1) & last; ; place = (place + 1) & last) {
      const key = keys[place] ?? null;
      if (key === null) return;
      const way = (place - hashOf(key)) & last;
      if (way < ((place - free) & last)) continue;
      keys[free] = key;
      this.#values[free] = this.#values[place] ?? null;
      this.#empty(place);
      free = place;
    }
  }

  #resize(length: number): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = emptySlots(length);
    this.#values = emptySlots(length);
    for (const [index, key] of keys.entries()) {
      if (key === null) continue;
      const place = this.#place(key);
      this.#keys[place] = key;
      this.#values[place] = values[index] ?? null;
    }
  }
}

/** Numbers mostly follow each other, so that each has a slot of its own. */
function hashOf(key: string | number): number {
  if (typeof key === "number") return key | 0;
  let hash = key.length;
  for (let index = 0; index < key.length; index++)
    hash = (Math.imul(hash, multiplier) + key.charCodeAt(index)) | 0;
  // The low bits of a product know nothing of the high ones.
  return hash ^ (hash >>> 15);
}

function emptySlots<Item>(length: number): (Item | null)[] {
  return new Array<Item | null>(length).fill(null);
}
