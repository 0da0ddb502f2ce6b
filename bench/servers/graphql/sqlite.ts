import { DatabaseSync } from "node:sqlite";
import DataLoader from "dataloader";
import { type Post, posts, type User, users } from "./rows.ts";

/** What one request reads with: DataLoader keeps what it has read, so that each request must have its own. */
export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly posts: DataLoader<string, readonly Post[]>;
}

/** The rows in a file of SQLite, with an index on authors and a write-ahead log, as fourfold has them. */
export function openRows(file: string): () => Loaders {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma journal_mode = wal;
    create table users (id text primary key not null, name text not null, email text not null) strict;
    create table posts (id text primary key not null, title text not null, content text not null,
      author_id text not null references users) strict;
    create index posts_author on posts (author_id);
    begin;
  `);
  const addUser = database.prepare("insert into users values (?, ?, ?)");
  const addPost = database.prepare("insert into posts values (?, ?, ?, ?)");
  for (const { id, name, email } of users) addUser.run(id, name, email);
  for (const { id, title, content, authorId } of posts) addPost.run(id, title, content, authorId);
  database.exec("commit");
  const usersOf = database.prepare(
    "select id, name, email from users where id in (select value from json_each(?))",
  );
  const postsOf = database.prepare(
    "select id, title, author_id as authorId from posts where author_id in (select value from json_each(?)) order by author_id, id",
  );
  return () => ({
    user: new DataLoader((ids: readonly string[]) => {
      const found = usersOf.all(JSON.stringify(ids)) as unknown as readonly User[];
      const byId = new Map(found.map((user) => [user.id, user]));
      return Promise.resolve(ids.map((id) => byId.get(id) ?? null));
    }),
    posts: new DataLoader((ids: readonly string[]) => {
      const found = postsOf.all(JSON.stringify(ids)) as unknown as readonly Post[];
      const byAuthor = Map.groupBy(found, ({ authorId }) => authorId);
      return Promise.resolve(ids.map((id) => byAuthor.get(id) ?? []));
    }),
  });
}
