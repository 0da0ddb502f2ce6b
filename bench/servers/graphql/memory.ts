import { type Source, settings } from "../parts/settings.ts";
import { type Post, postsOf as postsOfEdition, type User, users, usersOf } from "./rows.ts";

/** Lists of users, answered in turn: of one, of three with other ids, or of one whose users are others each time under the same ids. */
const editions = editionsOf(settings.source);
const posts =
  settings.source === "turns"
    ? editions.flatMap((each, edition) => postsOfEdition(each, edition))
    : postsOfEdition(users, 0);

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

function editionsOf(source: Source): readonly (readonly User[])[] {
  switch (source) {
    case "turns":
      return [users, usersOf(1), usersOf(2)];
    case "changing":
      return [users, usersOf(0, "org"), usersOf(0, "net")];
    default:
      return [users];
  }
}
