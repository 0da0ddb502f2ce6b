/** Of a connection that has few streams; a power of two, as all sizes are. */
const FEWEST_SLOTS = 8;

/**
 * The open streams of a connection, by their ids: an array with linear probing. It is no `Map`, since V8 gives that a new table
 * whenever as many entries have come and gone as it has room for, and an old table refers to the one after it. Once a major collection
 * has moved one of them into the old generation, all that follow survive with the streams they had, until the next major
 * collection, which they bring about. Measured under load: 11 ms for each minor collection in place of 0.5, and 130 MiB of heap
 * in place of 50.
 */
export class OpenStreams<Stream extends { readonly id: number }> {
  #slots: (Stream | null)[];
  #size: number;

  constructor() {
    this.#slots = emptySlots(FEWEST_SLOTS);
    this.#size = 0;
  }

  get size(): number {
    return this.#size;
  }

  get(id: number): Stream | undefined {
    return this.#slots[this.#place(id)] ?? undefined;
  }

  /** One that is not there yet. */
  add(stream: Stream): void {
    this.#size += 1;
    // No more than half of the slots are taken: where one looks, the way to a free one is short.
    if (this.#size * 2 > this.#slots.length) this.#resize(this.#slots.length * 2);
    this.#slots[this.#place(stream.id)] = stream;
  }

  delete(id: number): void {
    const place = this.#place(id);
    if (this.#slots[place] === null) return;
    this.#size -= 1;
    this.#slots[place] = null;
    this.#closeGap(place);
  }

  /** In the order in which they were opened. The list is the caller's: streams may come and go meanwhile. */
  all(): Stream[] {
    const all: Stream[] = [];
    if (this.#size === 0) return all;
    for (const stream of this.#slots) if (stream !== null) all.push(stream);
    return all.sort((one, other) => one.id - other.id);
  }

  /** Gives back what many streams at a time have taken. */
  shrink(): void {
    let slots = FEWEST_SLOTS;
    while (slots < this.#size * 2) slots *= 2;
    if (slots < this.#slots.length) this.#resize(slots);
  }

  /** Where a stream is, or would be put. */
  #place(id: number): number {
    const slots = this.#slots;
    let place = homeOf(id, slots.length);
    for (;;) {
      const stream = slots[place] ?? null;
      if (stream === null || stream.id === id) return place;
      place = (place + 1) & (slots.length - 1);
    }
  }

  /** Streams behind a slot that has become free move up, those that are found from there or from before it. */
  #closeGap(gap: number): void {
    const slots = this.#slots;
    const last = slots.length - 1;
    let free = gap;
    for (let place = (gap + 1) & last; ; place = (place + 1) & last) {
      const stream = slots[place] ?? null;
      if (stream === null) return;
      const way = (place - homeOf(stream.id, slots.length)) & last;
      if (way < ((place - free) & last)) continue;
      slots[free] = stream;
      slots[place] = null;
      free = place;
    }
  }

  #resize(length: number): void {
    const before = this.#slots;
    this.#slots = emptySlots(length);
    for (const stream of before) if (stream !== null) this.#slots[this.#place(stream.id)] = stream;
  }
}

/** Ids of a client are odd and follow each other: as long as streams end soon, each has a slot of its own. */
function homeOf(id: number, slots: number): number {
  return (id >>> 1) & (slots - 1);
}

function emptySlots<Stream>(length: number): (Stream | null)[] {
  return new Array<Stream | null>(length).fill(null);
}
