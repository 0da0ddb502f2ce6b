import type { OperationContract } from "../plan/operation-contract.ts";
import type { SchemaModel } from "../protocols/graphql/model/schema-model.ts";
import type {
  FieldModel,
  ObjectModel,
  OperationBinding,
  TypeReference,
  ValueBinding,
} from "../protocols/graphql/model/schema-types.ts";
import { NotExpressible } from "./grpc-messages.ts";

/** A field of the schema, and the operation that it stands for. */
export interface OperationField {
  /** `query`, `mutation`. */
  readonly sort: string;
  readonly field: FieldModel;
  readonly binding: OperationBinding;
}

/** The field of an operation: the one that tells most, where there are two. */
export function fieldOf({ query, mutation }: SchemaModel, contract: OperationContract): OperationField {
  const found = [query, mutation].flatMap((root) =>
    [...(root?.fields.values() ?? [])].flatMap((field) => {
      const { binding } = field;
      if (binding.kind !== "operation" || binding.contract.plan.id !== contract.plan.id) return [];
      return [{ sort: root === query ? "query" : "mutation", field, binding }];
    }),
  );
  const last = found.at(-1);
  if (last === undefined) throw new NotExpressible(`${contract.plan.id} is no field`);
  return last;
}

/** A document that asks for all of an answer, rows that are related left out. Arguments are variables of their own names. */
export function documentOf({ sort, field, binding }: OperationField, names: readonly string[]): string {
  const stated = field.arguments.filter(({ name }) => names.includes(name));
  const definitions = stated.map(({ name, type }) => `$${name}: ${typeText(type)}`);
  const passed = stated.map(({ name }) => `${name}: $${name}`);
  return `${sort} Call${inParentheses(definitions)} { ${field.name}${inParentheses(passed)}${selectionOf(binding)} }`;
}

/** The same with its arguments as literals. */
export function literalDocumentOf(
  { sort, field, binding }: OperationField,
  values: Readonly<Record<string, unknown>>,
): string {
  const passed = field.arguments
    .filter(({ name }) => values[name] !== undefined)
    .map(({ name, type }) => `${name}: ${literal(values[name], type)}`);
  return `${sort} { ${field.name}${inParentheses(passed)}${selectionOf(binding)} }`;
}

function inParentheses(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `(${parts.join(", ")})`;
}

function selectionOf({ answer, payload }: OperationBinding): string {
  if (payload !== null) throw new NotExpressible("Errors in an answer are another answer");
  switch (answer.kind) {
    case "nothing":
      return "";
    case "value":
      return valueSelection(answer.value);
    case "rows":
    case "list":
      return objectSelection(answer.type);
    case "connection": {
      const nodes = answer.type.fields.get("nodes")?.binding;
      if (nodes?.kind !== "connectionPart") throw new TypeError("A connection has nodes");
      return ` { nodes${objectSelection(nodes.type)} pageInfo { hasNextPage endCursor } }`;
    }
  }
}

function valueSelection(value: ValueBinding): string {
  if (value.kind === "leaf") return "";
  return value.kind === "list" ? valueSelection(value.element) : objectSelection(value.type);
}

function objectSelection(type: ObjectModel): string {
  const fields = [...type.fields.values()].flatMap(({ name, binding }) =>
    binding.kind === "member" ? [`${name}${valueSelection(binding.value)}`] : [],
  );
  return ` { ${fields.join(" ")} }`;
}

function typeText(type: TypeReference): string {
  const text = type.kind === "list" ? `[${typeText(type.of)}]` : type.type.name;
  return type.nonNull ? `${text}!` : text;
}

function literal(value: unknown, type: TypeReference): string {
  if (Array.isArray(value)) {
    const element = type.kind === "list" ? type.of : type;
    return `[${value.map((item) => literal(item, element)).join(", ")}]`;
  }
  if (type.kind === "list") return literal(value, type.of);
  if (type.type.kind === "enum" && typeof value === "string" && /^\w+$/.test(value)) return value;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = type.type.kind === "input" ? type.type.fields : [];
  const members = Object.entries(value).map(([name, member]) => {
    const known = fields.find((field) => field.name === name);
    return `${name}: ${literal(member, known?.type ?? type)}`;
  });
  return `{ ${members.join(", ")} }`;
}
