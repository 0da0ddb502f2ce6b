import { type Bomb, document, filled, size, times } from "./bomb.ts";
import { valueBombs } from "./value-bombs.ts";
import { withinLimits } from "./within-limits.ts";

const long = "x".repeat(900);

/** Those of more tokens than are taken, and those that stay below that limit, so that another one must stop them. */
export const bombs: readonly Bomb[] = [
  document(
    "depth: 20,000 levels",
    filled(() => "{users"),
  ),
  document("depth: 1,200 levels of valid fields", `{users${times(1_200, () => "{posts{author")}`),
  document("depth: lists within lists", `{user(id:${"[".repeat(4_900)}`),
  document("aliases: 9,000", `{${filled((index) => `a${index}:__typename `)}}`),
  document(
    "aliases: 1,600, below the limit of tokens",
    `{${times(1_600, (index) => `a${index}:__typename `)}}`,
  ),
  document("aliases of 900 characters", `{${filled((index) => `a${index}${long}:__typename `)}}`),
  document("one field 4,900 times", `{users(first:1){${"id ".repeat(4_900)}}}`),
  document(
    "one field 4,900 times, in a fragment that nobody spreads",
    `{__typename} fragment F on User{${"id ".repeat(4_900)}}`,
  ),
  document("one field with fields 900 times", `{users(first:1){${times(900, () => "posts{id title} ")}}}`),
  document("fragments: each spreads the next one twice, 2^300", fragmentTree(300)),
  document("fragments: 500, spread in one place", fragmentPairs(500)),
  document(
    "fragments: 500, spread in one place of a fragment that nobody spreads",
    `{__typename} fragment A on User{${times(480, (index) => `...F${index} `)}}${times(480, (index) => `fragment F${index} on User{id}`)}`,
  ),
  document("fragments: 100, spread in one place, of different fields", fragmentPairs(100)),
  document(
    "fragments: 100 that are spread in a row",
    `{users{...F0}}${times(99, (index) => `fragment F${index} on User{f${index} ...F${index + 1}}`)}fragment F99 on User{id}`,
  ),
  document(
    "fragments: 600 in a circle",
    `{users{...F0}}${times(600, (index) => `fragment F${index} on User{...F${(index + 1) % 600}}`)}`,
  ),
  document("fragments: one spread 20,000 times", `{users{${filled(() => "...F ")}}} fragment F on User{id}`),
  document("directives: 6,000", `{users{id ${filled(() => "@skip(if:false) ")}}}`),
  document(
    "directives: 800, below the limit of tokens",
    `{users{id ${times(800, () => "@skip(if:false) ")}}}`,
  ),
  document(
    "operations: 700 that share a fragment, and one without a name",
    `${times(700, (index) => `query Q${index}{...F}`)} fragment F on Query{__typename}{__typename}`,
  ),
  document(
    "operations: 100 that share 100 fragments, and one of them without a name",
    `${times(99, (index) => `query Q${index}{...F0}`)}{...F0}${times(99, (index) => `fragment F${index} on Query{...F${index + 1}}`)}fragment F99 on Query{__typename}`,
  ),
  document("variables: 900", `query(${times(900, (index) => `$v${index}:ID `)}){__typename}`),
  document("unknown fields of 900 characters", `{${filled((index) => `f${index}${long} `)}}`),
  document("unknown fields: 1,900", `{users{${times(1_900, (index) => `f${index} `)}}}`),
  document("unknown arguments: 1,500", `{users(${times(1_500, (index) => `a${index}:1 `)}){id}}`),
  {
    what: "unknown fields behind 100 KB of nothing",
    body: JSON.stringify({ query: `${"\n".repeat(size)}{users{${times(1_900, (index) => `f${index} `)}}}` }),
  },
  document("one string of 100 KB", `{user(id:"${"\\u0041".repeat(16_000)}"){id}}`),
  document(
    "an input object of 1,600 members",
    `mutation{createUser(input:{${times(1_600, (index) => `a${index}:1 `)}}){id}}`,
  ),
  document("comments: 50,000", "#\n".repeat(50_000)),
  document("nothing but commas", "{__typename"),
  {
    what: "batch: 2,000 requests in an array",
    body: `[${times(2_000, () => '{"query":"{__typename}"},')}{}]`.padEnd(size),
  },
  {
    what: "JSON: 50,000 lists within lists",
    body: `{"query":"{__typename}","variables":{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}`,
  },
  {
    what: "JSON: 9,000 variables that are not asked for",
    body: `{"query":"{__typename}","variables":{${times(9_000, (index) => `"v${index}":1,`)}"a":1}}`,
  },
  ...withinLimits,
  ...valueBombs,
];

function fragmentTree(count: number): string {
  const each = (index: number): string =>
    `fragment F${index} on User{a:posts{author{...F${index + 1}}}b:posts{author{...F${index + 1}}}}`;
  return `{users{...F0}}${times(count, each)}fragment F${count} on User{id}`;
}

function fragmentPairs(count: number): string {
  return `{users{${times(count, (index) => `...F${index} `)}}}${times(count, (index) => `fragment F${index} on User{f${index}}`)}`;
}
