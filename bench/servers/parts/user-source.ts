import { LRUCache } from "lru-cache";
import { settings } from "./settings.ts";
import { openSqliteUsers } from "./sqlite-users.ts";
import { type NewUser, sampleUsers, type User } from "./users.ts";

/** The users of a peer. */
export interface UserSource {
  find(id: string): User | null;
  /** Answers when the user is on the disk. */
  create(user: NewUser): User;
}

/** The users as the settings want them kept. */
export function openUsers(): UserSource {
  if (settings.source === "sqlite") return openSqliteUsers(settings.database);
  return settings.source === "cache" ? cached(inMemory()) : inMemory();
}

function inMemory(): UserSource {
  const users = new Map(sampleUsers.map((user) => [user.id, user]));
  return {
    find: (id) => users.get(id) ?? null,
    create: () => {
      throw new Error("Users in memory are only read");
    },
  };
}

function cached(source: UserSource): UserSource {
  const cache = new LRUCache<string, User>({ max: 10_000, ttl: 5 * 60_000 });
  return {
    create: source.create,
    find: (id) => {
      const known = cache.get(id);
      if (known !== undefined) return known;
      const user = source.find(id);
      if (user !== null) cache.set(id, user);
      return user;
    },
  };
}
