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
function idOf(index: number): string {
  return `0190b1c2-0000-7000-8000-${String(index).padStart(12, "0")}`;
}

export const users: readonly User[] = asRead(
  Array.from({ length: userCount }, (_, index) => ({
    id: idOf(index),
    name: `User ${index}`,
    email: `user${index}@example.com`,
  })),
);

export const posts: readonly Post[] = asRead(
  users.flatMap(({ id }, index) =>
    Array.from({ length: postsEach }, (_, each) => ({
      id: idOf(userCount + index * postsEach + each),
      title: `Post ${each} of user ${index}`,
      content: `What user ${index} has to say, for the ${each}th time.`,
      authorId: id,
    })),
  ),
);

/** Rows as a driver or a parser gives them: each text in one piece, and not as V8 keeps one that was put together of parts. */
function asRead<Row>(rows: readonly Row[]): readonly Row[] {
  return JSON.parse(JSON.stringify(rows));
}
