import { settings } from "../parts/settings.ts";
import { type Post, postsOf as postsOfEdition, type User, users, usersOf } from "./rows.ts";

/** Lists of users, answered in turn: where rows change, none is like the one before. */
const editions = settings.source === "changing" ? [users, usersOf(1), usersOf(2)] : [users];
const posts = editions.flatMap((each, edition) => postsOfEdition(each, edition));

const byId = new Map(users.map((user) => [user.id, user]));
const byAuthor = Map.groupBy(posts, ({ authorId }) => authorId);
const none: readonly Post[] = [];
let lists = 0;

/** The rows in memory, as all servers find them. */
export function findUser(id: string): User | null {
  return byId.get(id) ?? null;
}

export function listUsers(): readonly User[] {
  lists = (lists + 1) % editions.length;
  return editions[lists] ?? users;
}

export function postsOf(id: string): readonly Post[] {
  return byAuthor.get(id) ?? none;
}
