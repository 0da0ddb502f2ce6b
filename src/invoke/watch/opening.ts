import type { Awaitable } from "../../base/awaitable.ts";
import type { Condition } from "../../schema/condition.ts";
import type { StoredRow } from "../../schema/table.ts";
import type { SnapshotPage } from "../../store/changes.ts";
import { expired } from "./positions.ts";
import { type SharedChange, SharedEvent } from "./shared-change.ts";
import type { Topic } from "./topic.ts";
import type { Viewer } from "./viewer.ts";
import type { SeenEvent } from "./waiting-changes.ts";

/** Where a watch begins. */
export type Beginning =
  /** With the rows that there are, read page by page after the row with an id. */
  | {
      readonly kind: "snapshot";
      readonly page: (where: Condition, after: StoredRow | null, limit: number) => Awaitable<SnapshotPage>;
    }
  /** With what came after a position, at least up to the newest one there is: the feed may not have read that yet. */
  | { readonly kind: "after"; readonly position: number; readonly newest: number };

/** Rows of a snapshot that are read at once. */
const pageSize = 200;

/** Rows up to an id, the last page's to the end, were so at a position. */
interface PageEnd {
  readonly lastId: string | null;
  readonly position: number;
}

/**
 * What one watch alone is told before it joins all others: the snapshot, and the changes that have come meanwhile. Pages of a snapshot
 * are read one after the other, each as of a position of its own, so that no reader holds the database back; changes that a page
 * has seen already are left out of what follows it, and all others are told. (The watermarks of DBLog, arXiv:2010.12597.)
 */
export class Opening {
  readonly #topic: Topic;
  readonly #viewer: Viewer;
  readonly #beginning: Beginning;
  readonly #pages: PageEnd[];
  #rows: readonly StoredRow[];
  #events: readonly SeenEvent[];
  /** How many of the rows or events were told. */
  #index: number;
  #lastRow: StoredRow | null;
  #isSnapshotWhole: boolean;
  /** All up to here is told, once `next` answers null. */
  position: number;

  constructor(topic: Topic, viewer: Viewer, beginning: Beginning) {
    this.#topic = topic;
    this.#viewer = viewer;
    this.#beginning = beginning;
    this.#pages = [];
    this.#rows = [];
    this.#events = [];
    this.#index = 0;
    this.#lastRow = null;
    this.#isSnapshotWhole = beginning.kind === "after";
    this.position = beginning.kind === "after" ? beginning.position : 0;
  }

  /** Whether all has been told up to where the topic's changes have been read: it may change whenever something else runs. */
  get hasCaughtUp(): boolean {
    if (!this.#isSnapshotWhole || this.#index < Math.max(this.#rows.length, this.#events.length))
      return false;
    const told = this.#beginning.kind === "after" ? this.#beginning.newest : this.#snapshotPosition;
    return this.position >= this.#topic.head && this.position >= told;
  }

  /** Null where {@link hasCaughtUp}. */
  async next(): Promise<SharedChange | null> {
    for (;;) {
      const row = this.#rows[this.#index];
      const seen = this.#events[this.#index];
      if (row !== undefined || seen !== undefined) this.#index += 1;
      if (row !== undefined) return this.#viewer.showRow(row);
      if (seen !== undefined) return this.#viewer.show(seen.event, seen.type);
      if (this.hasCaughtUp) return null;
      if (this.#isSnapshotWhole) await this.#readChanges();
      else await this.#readPage();
      this.#index = 0;
    }
  }

  async #readPage(): Promise<void> {
    if (this.#beginning.kind !== "snapshot") return;
    const { rows, position } = await this.#beginning.page(this.#viewer.condition(), this.#lastRow, pageSize);
    if (this.#pages.length === 0) this.position = position;
    this.#isSnapshotWhole = rows.length < pageSize;
    this.#lastRow = rows.at(-1) ?? this.#lastRow;
    this.#pages.push({ lastId: this.#isSnapshotWhole ? null : String(this.#lastRow?.["id"]), position });
    this.#rows = rows;
  }

  async #readChanges(): Promise<void> {
    const { events, upTo, isCut } = await this.#topic.after(this.position);
    if (isCut) throw expired();
    this.#rows = [];
    this.#events = events
      .filter((event) => event.position <= upTo && !this.#isInSnapshot(event))
      .flatMap((event) => this.#see(event));
    this.position = upTo;
  }

  /** The snapshot as a whole is of its last page's position; from before that nobody can go on. */
  get #snapshotPosition(): number {
    return this.#pages.at(-1)?.position ?? 0;
  }

  #see(event: SharedEvent): readonly SeenEvent[] {
    const type = this.#viewer.judge(event.logged);
    if (type === null) return [];
    const isWithin = event.position < this.#snapshotPosition;
    return [{ event: isWithin ? new SharedEvent(event.logged, undefined) : event, type }];
  }

  #isInSnapshot({ logged, position }: SharedEvent): boolean {
    const page = this.#pages.find(({ lastId }) => lastId === null || logged.id <= lastId);
    return page !== undefined && position <= page.position;
  }
}
