import { type Database, resource, t } from "../../src/index.ts";

// Resources may refer to each other and to themselves.
export const Author = resource("Author", {
  fields: { id: t.id(), name: t.string(), favourite: t.ref(() => Book, { optional: true }) },
});
export const Book = resource("Book", {
  fields: {
    id: t.id(),
    by: t.ref(() => Author, { inverse: "books" }),
    sequel: t.ref(() => Book, { optional: true }),
  },
});

export async function favourites(db: Database): Promise<string | null> {
  const [author] = await db(Author).list();
  return author?.favouriteId == null ? null : (await db(Book).get(author.favouriteId)).sequelId;
}
// @ts-expect-error: neither a name nor a function
t.ref(Author);
