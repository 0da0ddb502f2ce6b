import type { Awaitable } from "../base/awaitable.ts";
import type { Caller } from "./caller.ts";

/** What a rule may look at. */
export interface RuleContext {
  readonly caller: Caller | null;
  /** The call's input; the row, where the rule is about a field. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Who may do something. It holds on every protocol. */
export interface Rule {
  readonly kind: "rule";
  readonly name: string;
  /** For callers whom the rule stops. */
  readonly message: string | null;
  readonly check: (context: RuleContext) => Awaitable<boolean>;
}

/**
 * Defines a rule. A caller whom it stops gets UNAUTHENTICATED when nobody is signed in, else PERMISSION_DENIED.
 */
export function rule(
  name: string,
  check: (context: RuleContext) => Awaitable<boolean>,
  options: { readonly message?: string } = {},
): Rule {
  return Object.freeze({ kind: "rule", name, check, message: options.message ?? null });
}

/** Holds when at least one of the rules does. */
export function anyOf(...rules: readonly Rule[]): Rule {
  return rule(rules.map((each) => each.name).join(" or "), async (context) => {
    for (const each of rules) if (await each.check(context)) return true;
    return false;
  });
}

/** Holds when all of the rules do. */
export function allOf(...rules: readonly Rule[]): Rule {
  return rule(rules.map((each) => each.name).join(" and "), async (context) => {
    for (const each of rules) if (!(await each.check(context))) return false;
    return true;
  });
}

/** Holds for callers who said who they are. */
export const signedIn: Rule = rule("signedIn", ({ caller }) => caller !== null, { message: "Sign in first" });
