/** What is read together: sent once, when nobody will join any more. */
export interface Batch {
  /** Reads, and tells all who wait for it. Must not throw. */
  send(): void;
}

/**
 * Sends batches at the end of the turn of the event loop in which they were begun, when all sockets have been read. What those
 * who were told ask for next is sent in the same moment, together again.
 */
export class Turn {
  #waiting: Batch[] = [];
  #sending = false;

  add(batch: Batch): void {
    this.#waiting.push(batch);
    if (this.#waiting.length > 1 || this.#sending) return;
    setImmediate(() => this.#send());
  }

  #send(): void {
    this.#sending = true;
    for (let batches = this.#take(); batches.length > 0; batches = this.#take()) {
      for (const batch of batches) batch.send();
    }
    this.#sending = false;
  }

  #take(): readonly Batch[] {
    const batches = this.#waiting;
    this.#waiting = [];
    return batches;
  }
}
