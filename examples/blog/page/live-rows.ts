import { action, find, touch } from "./dom.ts";

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
  /** A page of the list, newest first. */
  readonly load: (pageToken: string) => Promise<RowsPage<Row>>;
  readonly view: (row: Row) => RowView<Row>;
}

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
  /** Null until the first page is there, empty when there are no more. */
  #nextPageToken: string | null = null;
  /** The id of the oldest row that pages went to. */
  #oldest = "";

  constructor(section: HTMLElement, options: LiveRowsOptions<Row>) {
    this.#section = section;
    this.#options = options;
    this.#list = find(section, ".rows", HTMLElement);
    this.#more = find(section, ".more", HTMLButtonElement);
    this.#empty = find(section, ".empty", HTMLElement);
    this.#more.addEventListener("click", () => void this.#loadMore());
  }

  /** Reads the first page, and drops what was shown before and is not there any more. */
  async load(): Promise<void> {
    this.#beginnings++;
    const before = new Set(this.rows.keys());
    const shown = await this.#loadPage("");
    if (shown === null) return;
    for (const id of before) if (!shown.has(id)) this.#take(id);
    this.#settle();
  }

  /** A row as it is now. */
  put(row: Row): void {
    for (const each of this.#meanwhile) each.set(row.id, row);
    if (!this.rows.has(row.id) && !this.#isWithin(row.id)) return;
    touch(this.#show(row));
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
      await this.#loadPage(this.#nextPageToken ?? "");
    } finally {
      this.#more.disabled = false;
      this.#settle();
    }
    // Whoever goes on by keyboard goes on where the new rows begin.
    last?.nextElementSibling?.querySelector<HTMLElement>("button:not([hidden])")?.focus();
  }

  /** Answers the ids that are shown from it; null where the list was begun anew meanwhile. */
  async #loadPage(pageToken: string): Promise<ReadonlySet<string> | null> {
    const beginning = this.#beginnings;
    const meanwhile = new Map<string, Row | null>();
    this.#meanwhile.add(meanwhile);
    try {
      const { items, nextPageToken } = await this.#options.load(pageToken);
      if (beginning !== this.#beginnings) return null;
      this.#nextPageToken = nextPageToken;
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
    return this.#nextPageToken === "" || (this.#nextPageToken !== null && id >= this.#oldest);
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
    const older = [...this.#list.children].find(
      (each) => each instanceof HTMLElement && (each.dataset["id"] ?? "") < id,
    );
    this.#list.insertBefore(view.element, older ?? null);
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
    this.#more.hidden = this.#nextPageToken === null || this.#nextPageToken === "";
    this.#empty.hidden = this.rows.size > 0 || this.#nextPageToken !== "";
  }
}
