/** What peers with SQLite prepare. */
export const createTable =
  "create table users (id text primary key, name text not null, email text not null)";
export const selectUser = "select id, name, email from users where id = ?";
export const insertUser = "insert into users (id, name, email) values (?, ?, ?)";

/** As fourfold opens its own: an answered write is on the disk. */
export const durable = "pragma journal_mode = wal; pragma synchronous = full";
