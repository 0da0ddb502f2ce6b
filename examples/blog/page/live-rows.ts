import { action, find, touch } from "./dom.ts";
import { trying } from "./notice.ts";

/** A row on the page. */
export interface RowView<Row> {
  readonly element: HTMLElement;
  show(row: Row): void;
}

export interface RowsPage<Row> {
  readonly items: readonly Row[];
  readonly nextPageToken: string;
}

/** What a list of rows is made with. */
export interface LiveRowsOptions<Row> {
  /** A page of the rows that match a filter, newest first. */
  readonly load: (filter: string | undefined) => Promise<RowsPage<Row>>;
  readonly view: (row: Row) => RowView<Row>;
}

/** How many rows stand on the page; older ones leave when there are more, and come again when they are asked for. */
const most = 200;

/**
 * The rows of a section, newest first: page by page as they are asked for, and kept as they are now by what a watch tells. Ids grow with time
 * (UUIDv7), so that an id alone says where a row belongs.
 */
export class LiveRows<Row extends { readonly id: string }> {
  readonly rows: Map<string, Row> = new Map();
  readonly #section: HTMLElement;
  readonly #list: HTMLElement;
  readonly #more: HTMLButtonElement;
  readonly #empty: HTMLElement;
  readonly #options: LiveRowsOptions<Row>;
  readonly #views = new Map<string, RowView<Row>>();
  /** What was told while pages are on their way, each of which may have been read before that. */
  readonly #meanwhile = new Set<Map<string, Row | null>>();
  /** Counts how often the list was begun anew: what was asked for before that is of no use. */
  #beginnings = 0;
  /** There are older rows than those on the page; null until the first rows are there. */
  #hasMore: boolean | null = null;
  /** The id of the oldest row that pages went to: what is asked for next is older. */
  #oldest = "";

  constructor(section: HTMLElement, options: LiveRowsOptions<Row>) {
    this.#section = section;
    this.#options = options;
    this.#list = find(section, ".rows", HTMLElement);
    this.#more = find(section, ".more", HTMLButtonElement);
    this.#empty = find(section, ".empty", HTMLElement);
    this.#more.addEventListener("click", () => void trying(this.#loadMore()));
  }

  /** Reads the first page, and drops what was shown before and is not there any more. */
  async load(): Promise<void> {
    this.#beginnings++;
    const before = new Set(this.rows.keys());
    const shown = await this.#loadPage(undefined);
    if (shown === null) return;
    for (const id of before) if (!shown.has(id)) this.#take(id);
    this.#settle();
  }

  /** A row as it is now. */
  put(row: Row): void {
    for (const each of this.#meanwhile) each.set(row.id, row);
    if (!this.rows.has(row.id) && !this.#isWithin(row.id)) return;
    touch(this.#show(row));
    if (this.rows.size > most) this.#cut();
    this.#settle();
  }

  remove(id: string): void {
    for (const each of this.#meanwhile) each.set(id, null);
    this.#take(id);
    this.#settle();
  }

  /** Shows a row once more, for what it refers to has changed. */
  refresh(id: string): void {
    const row = this.rows.get(id);
    if (row !== undefined) this.#views.get(id)?.show(row);
  }

  async #loadMore(): Promise<void> {
    const last = this.#list.lastElementChild;
    this.#more.disabled = true;
    try {
      await this.#loadPage(`id < "${this.#oldest}"`);
    } finally {
      this.#more.disabled = false;
      this.#settle();
    }
    // Whoever goes on by keyboard goes on where the new rows begin.
    last?.nextElementSibling?.querySelector<HTMLElement>("button:not([hidden])")?.focus();
  }

  /** Answers the ids that are shown from it; null where the list was begun anew meanwhile. */
  async #loadPage(filter: string | undefined): Promise<ReadonlySet<string> | null> {
    const beginning = this.#beginnings;
    const meanwhile = new Map<string, Row | null>();
    this.#meanwhile.add(meanwhile);
    try {
      const { items, nextPageToken } = await this.#options.load(filter);
      if (beginning !== this.#beginnings) return null;
      this.#hasMore = nextPageToken !== "";
      this.#oldest = items.at(-1)?.id ?? "";
      return this.#showPage(items, meanwhile);
    } finally {
      this.#meanwhile.delete(meanwhile);
    }
  }

  #showPage(items: readonly Row[], meanwhile: ReadonlyMap<string, Row | null>): ReadonlySet<string> {
    const rows = new Map<string, Row | null>(items.map((row) => [row.id, row]));
    for (const [id, row] of meanwhile) if (rows.has(id) || this.#isWithin(id)) rows.set(id, row);
    const shown = new Set<string>();
    for (const [id, row] of rows) {
      if (row === null) continue;
      this.#show(row);
      shown.add(id);
    }
    return shown;
  }

  /** Whether a row belongs to what pages have been asked for. */
  #isWithin(id: string): boolean {
    return this.#hasMore === false || (this.#hasMore === true && id >= this.#oldest);
  }

  #show(row: Row): HTMLElement {
    const known = this.#views.get(row.id);
    const view = known ?? this.#options.view(row);
    this.rows.set(row.id, row);
    view.show(row);
    if (known === undefined) this.#place(row.id, view);
    return view.element;
  }

  #place(id: string, view: RowView<Row>): void {
    view.element.dataset["id"] = id;
    this.#views.set(id, view);
    for (const each of this.#list.children) {
      if (!(each instanceof HTMLElement) || (each.dataset["id"] ?? "") > id) continue;
      each.before(view.element);
      return;
    }
    this.#list.append(view.element);
  }

  /** The oldest row leaves the page. */
  #cut(): void {
    const last = this.#list.lastElementChild;
    if (!(last instanceof HTMLElement)) return;
    this.#take(last.dataset["id"] ?? "");
    const before = this.#list.lastElementChild;
    this.#oldest = before instanceof HTMLElement ? (before.dataset["id"] ?? "") : "";
    this.#hasMore = true;
  }

  #take(id: string): void {
    const element = this.#views.get(id)?.element;
    this.#views.delete(id);
    this.rows.delete(id);
    if (element === undefined) return;
    const hadFocus = element.contains(document.activeElement);
    const neighbour = element.nextElementSibling ?? element.previousElementSibling;
    element.remove();
    // Whoever was in a row that is gone is next to it then, and not at the top of the page.
    if (hadFocus)
      (neighbour === null
        ? action(this.#section, "create")
        : find(neighbour, "button:not([hidden])", HTMLElement)
      ).focus();
  }

  #settle(): void {
    this.#more.hidden = this.#hasMore !== true;
    this.#empty.hidden = this.rows.size > 0 || this.#hasMore !== false;
  }
}
