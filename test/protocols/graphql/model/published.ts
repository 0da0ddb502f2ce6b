import { buildSchema, type GraphQLSchema } from "graphql";

/** The blog's published contract. */
export const published: GraphQLSchema = buildSchema(`
  type User { id: ID! name: String! email: String! posts: [Post!]! }
  type Post { id: ID! title: String! content: String! author: User! }
  type Query { user(id: ID!): User users: [User!]! post(id: ID!): Post posts: [Post!]! }
  type Mutation {
    createUser(name: String!, email: String!): User!
    createPost(title: String!, content: String!, authorId: ID!): Post!
  }
`);
