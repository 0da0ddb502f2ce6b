import type { Change } from "fourfold";

/** Takes what a watch tells, one by one. */
export class Told<Row> {
  readonly #iterator: AsyncIterator<Change<Row>>;

  constructor(changes: AsyncIterable<Change<Row>>) {
    this.#iterator = changes[Symbol.asyncIterator]();
  }

  /** The next one; throws what has ended the watch. */
  async next(): Promise<Change<Row>> {
    const { value, done } = await this.#iterator.next();
    if (done === true) throw new Error("The watch is over");
    return value;
  }

  /** The next ones. */
  async take(count: number): Promise<readonly Change<Row>[]> {
    const taken: Change<Row>[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  /** Everything up to the first `synced`, which is the last of them. */
  async untilSynced(): Promise<readonly Change<Row>[]> {
    const taken: Change<Row>[] = [];
    while (taken.at(-1)?.type !== "synced") taken.push(await this.next());
    return taken;
  }

  async end(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** A change without its position: `created Hello`. */
export function brief<Row>(change: Change<Row>, show: (row: Row) => unknown): string {
  if (change.type === "missed") return `missed ${change.missed}`;
  return change.row === undefined ? change.type : `${change.type} ${show(change.row)}`;
}
