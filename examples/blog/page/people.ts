import { client, User, type UserRow } from "./blog.ts";

/** Users by id, for whoever names them: the authors of posts. */
export class People {
  readonly #known = new Map<string, UserRow>();
  /** Ids that are asked for, and have not come yet. */
  readonly #awaited = new Set<string>();
  /** Hears of everybody whose name is other than before. */
  readonly #renamed: (id: string) => void;

  constructor(renamed: (id: string) => void) {
    this.#renamed = renamed;
  }

  put(user: UserRow): void {
    const before = this.#known.get(user.id);
    this.#known.set(user.id, user);
    if (before?.displayName !== user.displayName) this.#renamed(user.id);
  }

  remove(id: string): void {
    this.#known.delete(id);
  }

  /** Somebody's name; empty where it is not known. */
  nameOf(id: string): string {
    return this.#known.get(id)?.displayName ?? "";
  }

  /** Somebody's name, which is read if it is not known: `renamed` is told when it is. */
  readNameOf(id: string): string {
    if (!this.#known.has(id) && !this.#awaited.has(id)) {
      this.#awaited.add(id);
      void this.#read(id);
    }
    return this.nameOf(id);
  }

  async #read(id: string): Promise<void> {
    try {
      this.put(await client.call(User.get, { id }));
    } catch {
      // They are gone by now, and so is what they wrote: the watches tell of it.
    }
    this.#awaited.delete(id);
  }
}
