import { type Bomb, document } from "./bomb.ts";

/** Values that are long, deep or many. */
export const valueBombs: readonly Bomb[] = [
  document("a list of 4,900 where one is asked for", `{user(id:[${"1 ".repeat(4_900)}]){id}}`),
  document("objects within objects", `{user(id:${"{a:".repeat(1_600)}1${"}".repeat(1_600)}){id}}`),
  document("objects on 490 levels", `{user(id:${"{a:".repeat(490)}1${"}".repeat(490)}){id}}`),
  document("a list of 4,800 texts with escapes", `{user(id:[${'"\\u{41}\\n" '.repeat(4_800)}]){id}}`),
  document("a block string of 4,900 lines", `{user(id:"""${`\n${" ".repeat(18)}`.repeat(4_900)}"""){id}}`),
  document("a number of 100,000 digits", `{users(first:${"9".repeat(100_000)}){id}}`),
  document("a number with an exponent of 100,000 digits", `{users(first:1e${"9".repeat(100_000)}){id}}`),
  document("a name of 100,000 characters", `{${"x".repeat(100_000)}}`),
  document("an alias of 100,000 characters", `{${"x".repeat(100_000)}:nothing}`),
];
