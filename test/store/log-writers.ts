import type { Store } from "../../src/store/store.ts";
import { idOf, unguarded, user } from "./tables.ts";

/** One of many who write at the same time: every way that there is, and some that fail. Ids are its own. */
export async function writeMuch(store: Store, writer: number, rounds: number): Promise<void> {
  const first = writer * 10_000;
  const [users, posts, comments] = ["users", "posts", "comments"].map((name) => store.table(name));
  if (users === undefined || posts === undefined || comments === undefined) throw new Error("No tables");
  for (let round = 0; round < rounds; round++) {
    const at = first + round * 10;
    await users.insert([user(at), user(at + 1)]);
    await users.update(idOf(at), { name: "changed" }, unguarded);
    await posts.insert([{ id: idOf(at), title: "t", authorId: idOf(at), editorId: idOf(at + 1) }]);
    await comments.insert([{ id: idOf(at), text: "c", postId: idOf(at) }]);
    await store.transaction(async (inner) => {
      await inner.table("users").update(idOf(at), { name: "again" }, unguarded);
      await inner.table("comments").insert([{ id: idOf(at + 1), text: "d", postId: idOf(at) }]);
    });
    await undone(store, at);
    // Clears the editor of the post; and the post's comments go with it.
    await users.delete(idOf(at + 1), unguarded);
    if (round % 2 === 0) await posts.delete(idOf(at), unguarded);
  }
}

/** What is taken back must not be in the log. */
async function undone(store: Store, at: number): Promise<void> {
  const failing = store.transaction(async (inner) => {
    await inner.table("users").update(idOf(at), { name: "never" }, unguarded);
    throw new Error("taken back");
  });
  await failing.catch(() => {});
  const duplicate = store.table("users").insert([user(at + 2), user(at)]);
  await Promise.resolve(duplicate).catch(() => {});
}

/** Events of one round of {@link writeMuch}: created, updated, deleted. */
export const perRound = { created: 5, updated: 3, deleted: 1 };
/** Of an even one, beside these: the post and its two comments. */
export const perEvenRound = { deleted: 3 };
