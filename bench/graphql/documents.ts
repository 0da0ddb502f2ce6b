/** What is asked for. */
export const getUser = "query GetUser($id: ID!) { user(id: $id) { id name email posts { id title } } }";
export const listUsers = "query ListUsers { users(first: 1000) { id name email posts { id title } } }";

/** The content of a request. */
export function toBody(query: string, variables: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ query, variables });
}
