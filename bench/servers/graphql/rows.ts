/** Rows that all servers have: users with ten posts each. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Post {
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly authorId: string;
}

export const userCount = 1000;
export const postsEach = 10;

/** A UUID that goes up with `index`. */
function idOf(index: number, edition: number): string {
  return `0190b1c2-000${edition}-7000-8000-${String(index).padStart(12, "0")}`;
}

export const users: readonly User[] = usersOf(0);
export const posts: readonly Post[] = postsOf(users, 0);

/** Users whose ids are different in each edition, and whose addresses end as is stated. */
export function usersOf(edition: number, end: "com" | "org" | "net" = "com"): readonly User[] {
  return asRead(
    Array.from({ length: userCount }, (_, index) => ({
      id: idOf(index, edition),
      name: `User ${index}`,
      email: `user${index}@example.${end}`,
    })),
  );
}

/** The posts of an edition's users. */
export function postsOf(authors: readonly User[], edition: number): readonly Post[] {
  return asRead(
    authors.flatMap(({ id }, index) =>
      Array.from({ length: postsEach }, (_, each) => ({
        id: idOf(userCount + index * postsEach + each, edition),
        title: `Post ${each} of user ${index}`,
        content: `What user ${index} has to say, for the ${each}th time.`,
        authorId: id,
      })),
    ),
  );
}

/** Rows as a driver or a parser gives them: each text in one piece, and not as V8 keeps one that was put together of parts. */
function asRead<Row>(rows: readonly Row[]): readonly Row[] {
  return JSON.parse(JSON.stringify(rows));
}
