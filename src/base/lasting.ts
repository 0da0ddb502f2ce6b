/** Milliseconds between two looks at what is under way. */
const patience = 50;

/**
 * Something that is under way, and mostly over soon. What has been so for {@link patience} is told, and after twice as long at the latest: by one timer
 * for all, and a list of which all are links themselves, since a timer for each would cost more than the rest of it.
 */
export abstract class Lasting {
  static #oldest: Lasting | null = null;
  static #newest: Lasting | null = null;
  static #looks = 0;
  static #timer: NodeJS.Timeout | null = null;

  #older: Lasting | null;
  #newer: Lasting | null;
  /** Looks that there had been when it began; below 0 while it is not in the list. */
  #begun: number;

  constructor() {
    this.#older = null;
    this.#newer = null;
    this.#begun = -1;
  }

  /** It is still under way. */
  protected abstract lasts(): void;

  /** It is under way from now on. */
  protected begin(): void {
    if (this.#begun >= 0) return;
    this.#begun = Lasting.#looks;
    this.#older = Lasting.#newest;
    if (this.#older === null) Lasting.#oldest = this;
    else this.#older.#newer = this;
    Lasting.#newest = this;
    Lasting.#timer ??= setTimeout(Lasting.#look, patience).unref();
  }

  /** It is over, or need not be looked at any more. */
  protected leave(): void {
    if (this.#begun < 0) return;
    this.#begun = -1;
    if (this.#older === null) Lasting.#oldest = this.#newer;
    else this.#older.#newer = this.#newer;
    if (this.#newer === null) Lasting.#newest = this.#older;
    else this.#newer.#older = this.#older;
    this.#older = null;
    this.#newer = null;
  }

  static readonly #look = (): void => {
    const earlier = Lasting.#looks;
    Lasting.#looks += 1;
    for (let each = Lasting.#oldest; each !== null && each.#begun < earlier; each = Lasting.#oldest) {
      each.leave();
      each.lasts();
    }
    Lasting.#timer = Lasting.#oldest === null ? null : setTimeout(Lasting.#look, patience).unref();
  };
}
