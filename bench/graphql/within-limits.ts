import { type Bomb, document, times } from "./bomb.ts";

/** Documents that are as large as the limits allow, so that they must be parsed and validated to be refused, for one thing or for many. */
export const withinLimits: readonly Bomb[] = [
  document(
    "1,900 fields, the last of which is unknown",
    `{users{${"id name email ".repeat(100)}posts{${"id title content ".repeat(100)}author{${"id name email ".repeat(100)}posts{${"id title content ".repeat(100)}author{${"id name email ".repeat(90)}x}}}}}}`,
  ),
  document(
    "90 fragments of the same fields in one place, and an unknown one",
    `{users{${times(90, (index) => `...F${index} `)}x}}${times(90, (index) => `fragment F${index} on User{id name email posts{id title author{id}}}`)}`,
  ),
  document(
    "90 fields with fields in one place, two of which conflict",
    `{users{${times(89, () => "posts(first:1){id author{id posts{id}}}")}posts(first:2){id}}}`,
  ),
  document(
    "fragments: each of 60 spreads the next 20, and an unknown field",
    `{users{...F0 x}}${times(60, (index) => `fragment F${index} on User{id ${times(Math.min(20, 59 - index), (step) => `...F${index + step + 1} `)}}`)}`,
  ),
  document(
    "fragments: two that spread each other, with much between",
    `{users{...A}}fragment A on User{${"id name email ".repeat(95)}...B}fragment B on User{${"id name email ".repeat(95)}...A}`,
  ),
  document(
    "fragments: 40 that each spread all",
    `{users{...F0}}${times(40, (index) => `fragment F${index} on User{${times(40, (each) => `...F${each} `)}}`)}`,
  ),
  document(
    "fragments: two of one name, one of which merges much",
    `{users{...F}}fragment F on User{${times(90, () => `posts{${"id ".repeat(19)}}`)}}fragment F on User{id}`,
  ),
  document(
    "operations: 100 of one name",
    times(100, () => "query Q{users{id name posts{id}}}"),
  ),
  document(
    "operations: 100 without a name",
    times(100, () => "{users{id}}"),
  ),
  document("directives: one 100 times on one field", `{users{id ${"@skip(if:true)".repeat(100)}}}`),
  document(
    "directives: one with 1,600 arguments",
    `{users{id @skip(${times(1_600, (index) => `a${index}:1 `)})}}`,
  ),
  document("directives: 100 unknown ones", `{users{${times(100, (index) => `id @x${index} `)}}}`),
  {
    what: "100 unknown directives behind 4,900 lines",
    body: JSON.stringify({
      query: `${`${" ".repeat(19)}\n`.repeat(4_900)}{users{${times(100, (index) => `id @x${index} `)}}}`,
    }),
  },
  {
    what: "unknown fields behind 4,900 lines",
    body: JSON.stringify({
      query: `${`${" ".repeat(17)}\n`.repeat(4_900)}{users{${times(1_900, (index) => `f${index} `)}}}`,
    }),
  },
  document("variables: 1,200 of one name", `query(${"$v:ID ".repeat(1_200)}){user(id:$v){id}}`),
  document(
    "variables: 2,400 that are not defined",
    `{user(id:[${times(2_400, (index) => `$v${index} `)}]){id}}`,
  ),
  document(
    "variables: 600 with defaults, in a list that should be none",
    `query(${times(600, (index) => `$v${index}:ID=1 `)}){user(id:[${times(600, (index) => `$v${index} `)}]){id}}`,
  ),
  document(
    "variables: one of lists within lists",
    `query($a:${"[".repeat(2_400)}ID${"]".repeat(2_400)}){user(id:$a){id}}`,
  ),
  document("arguments: one 1,600 times", `{users(${"first:1 ".repeat(1_600)}){id}}`),
  document(
    "definitions of 2,400 types",
    times(2_400, (index) => `scalar A${index} `),
  ),
  document(
    "introspection: fields of types of fields",
    "{__schema{types{fields{type{fields{type{fields{type{fields{type{fields{type{name}}}}}}}}}}}}}",
  ),
  document("a syntax error behind 4,900 tokens", `{user(id:[${"1 ".repeat(4_890)}]){id})`),
];
