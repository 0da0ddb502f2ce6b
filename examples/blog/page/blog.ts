import { createClient, remote } from "fourfold/client";
// Types only: nothing of the server's code comes to the browser.
import type * as definition from "../api.ts";

export const User = remote.resource<typeof definition.User>("users");
export const Post = remote.resource<typeof definition.Post>("posts");
export const publish = remote.command<typeof definition.publish>("posts.publish");
export const lobby = remote.channel<typeof definition.lobby>("/ws");

export type UserRow = NonNullable<(typeof User.get)["~output"]>;
export type PostRow = NonNullable<(typeof Post.get)["~output"]>;

/** Who may publish has a token. It is kept in this variable and nowhere else: it is gone with the page. */
export const session: { token: string | null } = { token: null };

/**
 * One client for the page: calls and watches share its connection. It speaks the version that has the definition's names of today, comes back by
 * itself, and calls wait for it, though not for ever.
 */
export const client = createClient({
  version: "2",
  whileAway: "queue",
  timeout: 20_000,
  token: () => session.token,
});
