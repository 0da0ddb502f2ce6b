import type { ApiPlan, VersionPlan } from "../plan/api-plan.ts";
import type { OperationContract } from "../plan/operation-contract.ts";
import { buildSchemas } from "../protocols/graphql/model/build.ts";
import type { SchemaModel } from "../protocols/graphql/model/schema-model.ts";
import type { ObjectModel, ValueBinding } from "../protocols/graphql/model/schema-types.ts";
import { isInContract } from "../protocols/graphql/model/served.ts";
import { documentOf, fieldOf, literalDocumentOf, type OperationField } from "./graphql-document.ts";
import { NotExpressible } from "./grpc-messages.ts";
import type { Answer, RequestOptions } from "./http.ts";
import { VersionJson } from "./version-json.ts";
import type { Outcome, Way, Wire, WireCall } from "./wire.ts";

type Values = Readonly<Record<string, unknown>>;

/** GraphQL over HTTP: every version by path and with variables, the usual one without a word and with literals. */
export const graphqlWire: Wire = {
  name: "graphql",
  ways: (plan) =>
    buildSchemas(plan, isInContract).flatMap((model) => {
      const { version } = model;
      const parts = { plan, model, version };
      const named = way(parts, "with variables", `/api/v${version.name}/graphql`, withVariables);
      if (version !== plan.defaultVersion) return [named];
      return [named, way(parts, "unsaid, with literals", "/graphql", withLiterals)];
    }),
  // Statuses are those of documents: a call that fails leaves the others of its document.
  statusOf: () => null,
};

interface Parts {
  readonly plan: ApiPlan;
  readonly model: SchemaModel;
  readonly version: VersionPlan;
}

/** What is sent for a call. */
type Ask = (field: OperationField, values: Values) => { readonly query: string; readonly variables: Values };

const withVariables: Ask = (field, values) => {
  // What must be there and is not has a variable all the same, which is then missing.
  const names = field.field.arguments
    .filter(
      ({ name, type, default: usual }) => values[name] !== undefined || (type.nonNull && usual === undefined),
    )
    .map(({ name }) => name);
  return { query: documentOf(field, names), variables: values };
};

const withLiterals: Ask = (field, values) => ({
  query: literalDocumentOf(field, values),
  variables: {},
});

function way({ plan, model, version }: Parts, how: string, path: string, ask: Ask): Way {
  const json = new VersionJson(plan, version);
  return {
    name: `v${version.name} ${how}`,
    version,
    call: async (server, call) => {
      const field = fieldOf(model, call.contract);
      const values = toArguments(field, json.input(call.contract, call.input), call);
      const send = async (by: Ask): Promise<Answer> =>
        server.request(`POST ${path}`, toRequest(call, by(field, values)));
      let answer = await send(ask);
      // A document that is not valid cannot say what is wrong with a call: variables can.
      if (isInvalid(answer)) answer = await send(withVariables);
      if (isInvalid(answer)) throw new NotExpressible(answer.text);
      return {
        outcome: toOutcome(field, call.contract, answer),
        status: answer.status,
        headers: answer.headers,
      };
    },
    shows: ({ contract }, value) => shown(fieldOf(model, contract), contract, json.answer(contract, value)),
    path: ({ contract }, path) => renamed(json.path(contract, path)),
  };
}

/** The arguments of a call's field. */
function toArguments({ field }: OperationField, members: Values, { input, contract }: WireCall): Values {
  const values: Record<string, unknown> = { ...members };
  if (contract.input.takesId) values["id"] = input["id"];
  if (input["ifVersion"] !== undefined) values["ifVersion"] = input["ifVersion"];
  if (contract.plan.output === "page") {
    const { pageSize, pageToken, ...others } = members;
    // A size of 0 means the usual one elsewhere, and none here.
    return without({ ...others, first: pageSize === 0 ? undefined : pageSize, after: pageToken });
  }
  const version = field.arguments.find(({ name }) => name === "ifVersion");
  if (version?.type.nonNull === true && values["ifVersion"] === undefined)
    throw new NotExpressible("A change must state the version");
  const unknown = Object.keys(values).filter((name) => !field.arguments.some((each) => each.name === name));
  if (unknown.length > 0) throw new NotExpressible(`${unknown.join(", ")}: no such arguments`);
  return without(values);
}

function without(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function toRequest(
  { bearer, idempotencyKey }: WireCall,
  content: { readonly query: string; readonly variables: Values },
): RequestOptions {
  return {
    headers: {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
      ...(idempotencyKey === null ? {} : { "idempotency-key": `"${idempotencyKey}"` }),
    },
    ...(bearer === null ? {} : { bearer }),
    json: content,
  };
}

interface Response {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: unknown;
    readonly extensions: Readonly<Record<string, never>>;
  }[];
}

/** Whether the document itself was refused. */
function isInvalid({ json }: Answer): boolean {
  return (json as Response).errors?.[0]?.extensions["code"] === "DOCUMENT_INVALID";
}

function toOutcome(field: OperationField, contract: OperationContract, { json, text }: Answer): Outcome {
  const { data, errors = [] } = json as Response;
  const [first] = errors;
  if (first !== undefined) {
    const { code, kind, details, violations } = first.extensions;
    return {
      error: {
        code: code ?? "",
        kind: kind ?? null,
        message: first.message,
        details: details ?? null,
        violations: violations ?? null,
      },
    };
  }
  const value = data?.[field.field.name];
  if (value === undefined) throw new Error(`The response has neither data nor errors: ${text}`);
  return { value: toAnswer(field, contract, value) };
}

/** The field's value in the form that REST's answers have. */
function toAnswer(
  { binding: { answer } }: OperationField,
  contract: OperationContract,
  value: unknown,
): unknown {
  const plural = contract.outputView?.plural ?? "items";
  switch (answer.kind) {
    case "nothing":
      return undefined;
    case "value":
      return value;
    case "rows":
      return { [plural]: value };
    case "list":
      return { [plural]: value, nextPageToken: "" };
    case "connection": {
      const { nodes, pageInfo } = value as {
        readonly nodes: unknown;
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      };
      return { [plural]: nodes, nextPageToken: pageInfo.hasNextPage ? pageInfo.endCursor : "" };
    }
  }
}

/** An answer as REST has it, with null for what objects leave out: fields that are asked for are there. */
function shown({ binding: { answer } }: OperationField, contract: OperationContract, json: unknown): unknown {
  if (answer.kind === "value") return withNulls(answer.value, json);
  if (answer.kind === "nothing" || typeof json !== "object" || json === null) return undefined;
  const plural = contract.outputView?.plural ?? "items";
  const { [plural]: rows, ...others } = json as Values;
  const type = answer.kind === "connection" ? nodeType(answer.type) : answer.type;
  return { ...others, [plural]: (rows as readonly unknown[]).map((row) => objectWithNulls(type, row)) };
}

function nodeType(connection: ObjectModel): ObjectModel {
  const nodes = connection.fields.get("nodes")?.binding;
  if (nodes?.kind !== "connectionPart") throw new TypeError("A connection has nodes");
  return nodes.type;
}

function withNulls(value: ValueBinding, json: unknown): unknown {
  if (json === null || json === undefined) return null;
  if (value.kind === "leaf") return json;
  if (value.kind !== "list") return objectWithNulls(value.type, json);
  return Array.isArray(json) ? json.map((item) => withNulls(value.element, item)) : json;
}

function objectWithNulls(type: ObjectModel, json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  const members: Values = { ...json };
  return Object.fromEntries(
    [...type.fields.values()].flatMap(({ name, binding }) =>
      binding.kind === "member" ? [[name, withNulls(binding.value, members[name])] as const] : [],
    ),
  );
}

function renamed(path: string): string {
  return path.replace(/^pageSize$/, "first").replace(/^pageToken$/, "after");
}
