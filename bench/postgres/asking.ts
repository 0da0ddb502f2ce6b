import { getUser, toBody } from "../graphql/documents.ts";
import { httpRequest } from "../load/http-request.ts";
import type { Load } from "../load/load.ts";
import { wrk } from "../load/wrk.ts";
import { wrkBodies } from "../load/wrk-bodies.ts";
import type { Target } from "../side-by-side/throughput.ts";
import type { Preparations } from "./preparations.ts";

/** What is read of a user: columns alone, or posts too. */
export type Wanted = "columns" | "posts";

/** How a server is asked for users. */
export interface Asking {
  load(target: Target<Preparations>, wanted: Wanted): Promise<Load>;
  /** Throws where a server does not answer as it must. */
  check(port: number, id: string, wanted: Wanted): Promise<void>;
}

interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly posts?: readonly unknown[] | { readonly nodes: readonly unknown[] };
}

export const overRest: Asking = {
  load: async ({ server, seconds, preparations }) => {
    const paths = pathsOf(preparations);
    const { requests, seconds: taken } = await wrk({ origin: server.origin, seconds, paths });
    return { units: requests, seconds: taken };
  },
  check: async (port, id) => {
    const { body } = await httpRequest({ port, method: "GET", path: `/users/${id}` });
    assertUser(JSON.parse(body) as User, id, "columns");
  },
};

/** A file with the path of a user a line. */
export function pathsOf(preparations: Preparations): string {
  return preparations.file("paths", (id) => `/users/${id}`);
}

export const overGraphql: Asking = graphql("graphql", {
  columns: "query GetUser($id: ID!) { user(id: $id) { id name email } }",
  posts: getUser,
});

/** The same with the names that PostGraphile gives, and its connections. */
export const toPostGraphile: Asking = graphql("postgraphile", {
  columns: "query GetUser($id: UUID!) { user: userByRowId(rowId: $id) { id: rowId name email } }",
  posts:
    "query GetUser($id: UUID!) { user: userByRowId(rowId: $id) { id: rowId name email posts: postsByAuthorId { nodes { id: rowId title } } } }",
});

function graphql(name: string, documents: Readonly<Record<Wanted, string>>): Asking {
  return {
    load: async ({ server, seconds, preparations }, wanted) => {
      const bodies = preparations.file(`${name}-${wanted}`, (id) => toBody(documents[wanted], { id }));
      const url = `${server.origin}/graphql`;
      const { requests, seconds: taken } = await wrkBodies({ url, seconds, connections: 64, bodies });
      return { units: requests, seconds: taken };
    },
    check: async (port, id, wanted) => {
      const sent = toBody(documents[wanted], { id });
      const { body } = await httpRequest({ port, method: "POST", path: "/graphql", body: sent });
      const { data } = JSON.parse(body) as { readonly data: { readonly user: User } };
      assertUser(data.user, id, wanted);
    },
  };
}

function assertUser(user: User, id: string, wanted: Wanted): void {
  const number = Number.parseInt(id.slice(-12), 16);
  const posts = user.posts !== undefined && "nodes" in user.posts ? user.posts.nodes : user.posts;
  const expected = Array.from({ length: 10 }, (_, each) => ({
    id: `0190b1c2-1111-7000-8000-${(number * 10 + each).toString(16).padStart(12, "0")}`,
    title: `Post ${each} of user ${number}`,
  }));
  const isRight =
    user.id === id &&
    user.name === `User ${number}` &&
    user.email === `user${number}@example.com` &&
    (wanted === "columns" || JSON.stringify(posts) === JSON.stringify(expected));
  if (!isRight) throw new Error(`That is not the user ${id}: ${JSON.stringify(user)}`);
}
