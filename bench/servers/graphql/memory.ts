import { type Post, posts, type User, users } from "./rows.ts";

const byId = new Map(users.map((user) => [user.id, user]));
const byAuthor = Map.groupBy(posts, ({ authorId }) => authorId);
const none: readonly Post[] = [];

/** The rows in memory, as all servers find them. */
export function findUser(id: string): User | null {
  return byId.get(id) ?? null;
}

export function listUsers(): readonly User[] {
  return users;
}

export function postsOf(id: string): readonly Post[] {
  return byAuthor.get(id) ?? none;
}
