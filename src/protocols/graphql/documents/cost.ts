import { type FieldNode, Kind, type OperationDefinitionNode, type ValueNode } from "graphql";
import type { PageModel } from "../model/page-model.ts";
import type { FieldBinding } from "../model/schema-types.ts";
import type { Condition, SelectedField } from "./selection-tree.ts";

/** What an operation costs, before anything is read. */
export interface OperationCost {
  /** Rows that it may read at most. `variables` as they came, since page sizes may stand there. */
  of(variables: Variables): number;
}

type Variables = Readonly<Record<string, unknown>>;

/** Rows for each row above, by the variables. */
type Size = (variables: Variables) => number;

/**
 * Compiles the cost of an operation: each row counts 1, a list as many as a page of it may have, and what is asked of each of
 * its rows as often.
 */
export function compileCost(
  fields: readonly SelectedField[],
  operation: OperationDefinitionNode,
): OperationCost {
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue,
    ]),
  );
  const compiler = new CostCompiler(defaults);
  const cost = compiler.sum(fields);
  if (compiler.isConstant) {
    const constant = cost({});
    return { of: () => constant };
  }
  return { of: cost };
}

class CostCompiler {
  /** Whether no variable matters. */
  isConstant: boolean;
  readonly #defaults: ReadonlyMap<string, ValueNode | undefined>;

  constructor(defaults: ReadonlyMap<string, ValueNode | undefined>) {
    this.isConstant = true;
    this.#defaults = defaults;
  }

  sum(fields: readonly SelectedField[]): Size {
    const costs = fields.map((field) => this.#field(field)).filter((cost) => cost !== none);
    const [first] = costs;
    if (first === undefined) return none;
    if (costs.length === 1) return first;
    return (variables) => costs.reduce((total, cost) => total + cost(variables), 0);
  }

  #field({ model: { binding }, node, asked, below }: SelectedField): Size {
    const own = this.#size(binding, node);
    const under = this.#most(below.map((fields) => this.sum(fields)));
    if (own === null && under === none) return none;
    const cost: Size = own === null ? under : (variables) => own(variables) * (1 + under(variables));
    return this.#ifAsked(cost, asked);
  }

  /** Of the types that an object may be it is one. */
  #most(costs: readonly Size[]): Size {
    const [first = none] = costs;
    return costs.length <= 1 ? first : (variables) => Math.max(...costs.map((cost) => cost(variables)));
  }

  #ifAsked(cost: Size, asked: SelectedField["asked"]): Size {
    if (asked.some((conditions) => conditions.length === 0)) return cost;
    this.isConstant = false;
    return (variables) =>
      asked.some((conditions) => conditions.every((each) => this.#holds(each, variables)))
        ? cost(variables)
        : 0;
  }

  #holds({ variable, is }: Condition, variables: Variables): boolean {
    const stated = variables[variable];
    if (typeof stated === "boolean") return stated === is;
    const usual = this.#defaults.get(variable);
    return usual?.kind === Kind.BOOLEAN ? usual.value === is : true;
  }

  /** Rows of a field; null for one that is no row of its own. */
  #size(binding: FieldBinding, node: FieldNode): Size | null {
    switch (binding.kind) {
      case "operation": {
        const { answer } = binding;
        if (answer.kind === "list" || answer.kind === "connection") return this.#page(answer.page, node);
        return answer.kind === "rows" ? this.#length(answer.of, answer.most, node) : one;
      }
      case "related":
        return this.#page(binding.page, node);
      case "nodes":
        return this.#length(binding.argument, binding.most, node);
      case "node":
      case "reference":
        return one;
      default:
        return null;
    }
  }

  #page(page: PageModel, node: FieldNode): Size {
    return this.#argument(
      node,
      page.argument,
      (value) => page.size(toNumber(value)),
      (value) => page.size(value),
    );
  }

  #length(argument: string, most: number, node: FieldNode): Size {
    const count = (length: number): number => Math.min(length, most);
    return this.#argument(
      node,
      argument,
      (value) => count(value?.kind === Kind.LIST ? value.values.length : 1),
      (value) => count(Array.isArray(value) ? value.length : 1),
    );
  }

  /** A size by an argument: of the document where it stands there, of the variables where it is one. */
  #argument(
    node: FieldNode,
    argument: string,
    ofLiteral: (value: ValueNode | undefined) => number,
    ofValue: (value: unknown) => number,
  ): Size {
    const stated = node.arguments?.find(({ name }) => name.value === argument)?.value;
    if (stated?.kind !== Kind.VARIABLE) {
      const size = ofLiteral(stated);
      return () => size;
    }
    this.isConstant = false;
    const name = stated.name.value;
    const usual = ofLiteral(this.#defaults.get(name));
    return (variables) => (variables[name] === undefined ? usual : ofValue(variables[name]));
  }
}

const none: Size = () => 0;
const one: Size = () => 1;

function toNumber(value: ValueNode | undefined): number | null {
  return value?.kind === Kind.INT ? Number(value.value) : null;
}
