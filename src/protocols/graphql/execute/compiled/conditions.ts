import {
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  visit,
} from "graphql";
import type { Variables } from "./plan.ts";

/** More variables of `@skip` and `@include` than these would make too many plans of one document. */
const mostVariables = 6;

/** The variables that say which fields there are. A document is compiled anew for each set of their values. */
export class ConditionVariables {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Those of an operation; null for too many. */
  static of(document: DocumentNode, operation: OperationDefinitionNode): ConditionVariables | null {
    const declared = new Set(
      (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value),
    );
    const names = new Set<string>();
    visit(document, {
      Directive: (directive) => {
        const variable = conditionVariable(directive);
        if (variable !== null && declared.has(variable)) names.add(variable);
      },
    });
    return names.size > mostVariables ? null : new ConditionVariables([...names]);
  }

  get isEmpty(): boolean {
    return this.#names.length === 0;
  }

  /** A number for each set of values. */
  key(variables: Variables): number {
    let key = 0;
    for (const name of this.#names) key = key * 2 + (variables[name] === true ? 1 : 0);
    return key;
  }

  /** What holds for the set of values that these variables have. */
  conditions(variables: Variables): Conditions {
    return new Conditions(new Map(this.#names.map((name) => [name, variables[name] === true])));
  }
}

/** `@skip` and `@include` for one set of values. */
export class Conditions {
  /** Whatever variables say, it is there. */
  static readonly everything: Conditions = new Conditions(null);
  readonly #values: ReadonlyMap<string, boolean> | null;

  constructor(values: ReadonlyMap<string, boolean> | null) {
    this.#values = values;
  }

  includes({ directives = [] }: SelectionNode): boolean {
    if (this.#values === null && directives.some((each) => conditionVariable(each) !== null)) return true;
    return directives.every((directive) => {
      const { value } = directive.name;
      if (value === "skip") return !this.#holds(directive);
      return value !== "include" || this.#holds(directive);
    });
  }

  #holds(directive: DirectiveNode): boolean {
    const value = directive.arguments?.find(({ name }) => name.value === "if")?.value;
    if (value?.kind === Kind.VARIABLE) return this.#values?.get(value.name.value) === true;
    return value?.kind === Kind.BOOLEAN && value.value;
  }
}

function conditionVariable({ name, arguments: stated = [] }: DirectiveNode): string | null {
  if (name.value !== "skip" && name.value !== "include") return null;
  const [argument] = stated;
  return argument?.value.kind === Kind.VARIABLE ? argument.value.name.value : null;
}
