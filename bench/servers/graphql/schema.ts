import { findUser, listUsers, postsOf } from "./memory.ts";
import type { Loaders } from "./sqlite.ts";

/** As much of the schema as is asked for. */
export const typeDefs = /* GraphQL */ `
  type User { id: ID! name: String! email: String! posts: [Post!]! }
  type Post { id: ID! title: String! content: String! author: User! }
  type Query { user(id: ID!): User users(first: Int): [User!]! }
`;

interface Row {
  readonly id: string;
  readonly authorId: string;
}

/** Plain resolvers over rows in memory. */
export const memoryResolvers = {
  Query: {
    user: (_: unknown, { id }: { readonly id: string }) => findUser(id),
    users: () => listUsers(),
  },
  User: { posts: ({ id }: Row) => postsOf(id) },
  Post: { author: ({ authorId }: Row) => findUser(authorId) },
};

/** Resolvers that read by the request's loaders. */
export const loadingResolvers = {
  Query: {
    user: (_: unknown, { id }: { readonly id: string }, { user }: Loaders) => user.load(id),
    users: () => listUsers(),
  },
  User: { posts: ({ id }: Row, _: unknown, { posts }: Loaders) => posts.load(id) },
  Post: { author: ({ authorId }: Row, _: unknown, { user }: Loaders) => user.load(authorId) },
};
