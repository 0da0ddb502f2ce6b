import { httpRequest } from "../load/http-request.ts";
import { postsEach, userCount } from "../servers/graphql/rows.ts";
import { getUser, listUsers, toBody } from "./documents.ts";

interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly posts: readonly { readonly id: string; readonly title: string }[];
}

/** What a server answers. Throws for errors. */
async function ask<Data>(port: number, body: string): Promise<Data> {
  const answer = await httpRequest({ port, method: "POST", path: "/graphql", body });
  const { data, errors } = JSON.parse(answer.body) as { readonly data?: Data; readonly errors?: unknown };
  if (answer.status !== 200 || data === undefined || data === null || errors !== undefined)
    throw new Error(`${body}: ${answer.status} ${answer.body.slice(0, 500)}`);
  return data;
}

/** Whether a server answers yet. */
export async function isServing(port: number): Promise<boolean> {
  try {
    await ask(port, toBody("{ __typename }"));
    return true;
  } catch {
    return false;
  }
}

/** The ids of its users. */
export async function idsOf(port: number): Promise<readonly string[]> {
  const { users } = await ask<{ readonly users: readonly User[] }>(
    port,
    toBody("{ users(first: 1000) { id } }"),
  );
  return users.map(({ id }) => id);
}

/** Throws where a server does not answer as it must. */
export async function checkUser(port: number, id: string): Promise<void> {
  const { user } = await ask<{ readonly user: User }>(port, toBody(getUser, { id }));
  assertUser(user);
}

export async function checkUsers(port: number): Promise<void> {
  const { users } = await ask<{ readonly users: readonly User[] }>(port, toBody(listUsers));
  if (users.length !== userCount) throw new Error(`${users.length} users were answered`);
  for (const user of users) assertUser(user);
}

function assertUser(user: User): void {
  const number = /^User (\d+)$/.exec(user.name)?.[1];
  const titles = user.posts.map(({ title }) => title).sort();
  const expected = Array.from({ length: postsEach }, (_, each) => `Post ${each} of user ${number}`);
  const keys = [Object.keys(user), ...user.posts.map((post) => Object.keys(post))].map(String);
  const isRight =
    ["com", "org", "net"].some((end) => user.email === `user${number}@example.${end}`) &&
    titles.join() === expected.sort().join() &&
    new Set(user.posts.map(({ id }) => id)).size === postsEach &&
    new Set(keys).size === 2 &&
    keys[0] === "id,name,email,posts" &&
    keys[1] === "id,title";
  if (!isRight) throw new Error(`That is no user with posts: ${JSON.stringify(user)}`);
}
