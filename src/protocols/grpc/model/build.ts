import { toSnakeCase, upperFirst } from "../../../base/casing.ts";
import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import type { Field } from "../../../schema/field.ts";
import { rowVersion, type StoredRow } from "../../../schema/table.ts";
import type { ValueShape } from "../protobuf/message-shape.ts";
import { empty, fieldMask } from "../protobuf/well-known.ts";
import { type FieldPlan, PackageTypes } from "./field-types.ts";
import type { Numbering } from "./numbering.ts";
import type { ProtoFile, ProtoMessage, ProtoMethod, ProtoService } from "./proto-file.ts";

/** An operation and the method that it is in a version's file. */
export interface OperationMethod {
  readonly contract: OperationContract;
  /** With its package. */
  readonly service: string;
  readonly method: ProtoMethod;
}

/** A version of an API as a .proto file. */
export interface VersionModel {
  readonly file: ProtoFile;
  readonly operations: readonly OperationMethod[];
}

/** The package of a version: `blog.v1`. */
export function packageOf(plan: ApiPlan, version: VersionPlan): string {
  return `${toSnakeCase(plan.api.name).replace(/[^a-z0-9_]/g, "_")}.v${version.name.replace(/[^A-Za-z0-9]/g, "_").toLowerCase()}`;
}

/** Makes the file of a version, of the operations that are served. */
export function buildVersion(
  plan: ApiPlan,
  version: VersionPlan,
  numbering: Numbering,
  isServed: (contract: OperationContract) => boolean,
): VersionModel {
  const packageName = packageOf(plan, version);
  const rows = new Map<string, ProtoMessage>();
  const types: PackageTypes = new PackageTypes(packageName, numbering, (name) => {
    const message = rows.get(name);
    if (message === undefined) throw new TypeError(`${name} is not in version ${version.name}`);
    return message;
  });
  for (const { resource } of version.resources)
    rows.set(resource.name, types.declare(resource.name, resource.definition.description));
  for (const view of version.resources) {
    const message = rows.get(view.resource.name);
    if (message !== undefined) types.fill(message, rowFieldsWithTag(types, view));
  }
  const services = new Services(plan, packageName);
  const operations = version.contracts.filter(isServed).map((contract) => {
    const service = services.of(contract);
    const method = toMethod(contract, types);
    service.methods.push(method);
    return { contract, service: service.fullName, method };
  });
  const file: ProtoFile = {
    path: `${packageName.replaceAll(".", "/")}/${toSnakeCase(plan.api.name)}.proto`,
    package: packageName,
    description: plan.api.options.description ?? null,
    messages: types.messages,
    enums: types.enums,
    services: services.all,
  };
  return { file, operations };
}

/** Rows of a store have versions, which clients send back to change what they have seen (AIP-154). */
function rowFieldsWithTag(types: PackageTypes, view: ResourceView): readonly FieldPlan[] {
  const fields = types.rowFields(view);
  if (!hasTags(view.resource.definition.stored, fields)) return fields;
  return [
    ...fields,
    {
      name: "etag",
      derive: (row: StoredRow) => etagOf(view, row),
      type: "string",
      description:
        "Changes with the row. Send it with a change to have that refused if the row has changed since.",
    },
  ];
}

/** What a row's version is called in one version of the contract; empty for a row without one. */
function etagOf({ writer }: ResourceView, row: Partial<Pick<StoredRow, typeof rowVersion>>): string {
  const version = row[rowVersion];
  return version === undefined ? "" : `${writer.fingerprint}.${version}`;
}

function hasTags(isStored: boolean, fields: readonly FieldPlan[]): boolean {
  return isStored && !fields.some(({ name }) => name === "etag");
}

/** Services as they come: one for each resource, and one for what belongs to none. */
class Services {
  readonly #plan: ApiPlan;
  readonly #package: string;
  readonly #byName: Map<string, { fullName: string; description: string | null; methods: ProtoMethod[] }>;

  constructor(plan: ApiPlan, packageName: string) {
    this.#plan = plan;
    this.#package = packageName;
    this.#byName = new Map();
  }

  get all(): readonly ProtoService[] {
    return [...this.#byName.values()];
  }

  of({ plan: { operation } }: OperationContract): ProtoService & { methods: ProtoMethod[] } {
    const name = operation.on?.name ?? this.#freeName();
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const description = operation.on?.definition.description ?? this.#plan.api.options.description ?? null;
    const made = { fullName: `${this.#package}.${name}Service`, description, methods: [] };
    this.#byName.set(name, made);
    return made;
  }

  #freeName(): string {
    const name = toPascalCase(this.#plan.api.name);
    const resources = this.#plan.api.options.resources ?? [];
    return resources.some((resource) => resource.name === name) ? `${name}Api` : name;
  }
}

function toMethod(contract: OperationContract, types: PackageTypes): ProtoMethod {
  const { operation } = contract.plan;
  const name = methodName(contract);
  return {
    name,
    input: requestOf(contract, name, types),
    output: responseOf(contract, name, types),
    streamsInput: false,
    streamsOutput: operation.sort === "subscription",
    isSafe: operation.sort === "query",
    description: operation.description,
    isDeprecated: operation.deprecated !== false,
  };
}

/** The names of standard methods are those of the AIPs (131 to 135, 231, 233); others are a verb and what it is about. */
function methodName({ plan: { operation } }: OperationContract): string {
  const { on, scope } = operation;
  const verb = upperFirst(operation.name);
  if (on === null) return verb;
  const isPlural = scope === "collection" && operation.method !== "create";
  return `${verb}${isPlural ? upperFirst(on.plural) : on.name}`;
}

function requestOf(contract: OperationContract, name: string, types: PackageTypes): ProtoMessage {
  const { input, plan } = contract;
  const { method, on } = plan.operation;
  const message = types.declare(`${name}Request`);
  const isPatch = method === "update";
  const fields: FieldPlan[] = input.takesId ? [{ name: "id", type: "string" }] : [];
  for (const { wire, field } of input.members) {
    const isOptional = isPatch || field.optional || field.nullable || field.default !== undefined;
    fields.push({
      name: wire,
      ...memberType(contract, wire, field, types),
      isOptional,
      description: field.description,
      isDeprecated: field.deprecated !== false,
      formerly: field.formerly,
    });
  }
  if (isPatch)
    fields.push({
      name: "updateMask",
      type: fieldMask,
      description:
        "What is changed; a field that is named here and not set is cleared. Without it, the fields that are set are changed.",
    });
  const changesRow = method === "update" || method === "replace" || method === "delete";
  if (changesRow && hasTags(on?.definition.stored ?? false, fields))
    fields.push({
      name: "etag",
      type: "string",
      description: "Of the row as it was seen: the call is ABORTED if the row has changed since.",
    });
  types.fill(message, fields);
  return message;
}

function memberType(
  { plan, view }: OperationContract,
  wire: string,
  field: Field,
  types: PackageTypes,
): Pick<FieldPlan, "type" | "isList"> {
  const { operation } = plan;
  if (operation.method === "batchCreate" && view !== null) {
    const create = `${types.package}.Create${view.resource.name}Request`;
    const known = types.messages.find(({ fullName }) => fullName === create);
    return { type: known ?? rowsToBe(view, types), isList: true };
  }
  const owner =
    operation.on !== null && operation.method !== null
      ? operation.on.name
      : `${upperFirst(operation.name)}${operation.on?.name ?? ""}Request`;
  return types.typeOf(field, `${owner}${upperFirst(wire)}`);
}

/** What a batch of rows consists of where single rows cannot be created. */
function rowsToBe(view: NonNullable<OperationContract["view"]>, types: PackageTypes): ProtoMessage {
  const message = types.declare(`Create${view.resource.name}Request`);
  const fields = view.rowReader.members.map(({ wire, field }) => ({
    name: wire,
    ...types.typeOf(field, `${view.resource.name}${upperFirst(wire)}`),
    isOptional: field.optional || field.nullable || field.default !== undefined,
    description: field.description,
  }));
  types.fill(message, fields);
  return message;
}

function responseOf(
  contract: OperationContract,
  name: string,
  types: PackageTypes,
): ProtoMessage | ValueShape {
  const { plan, outputView } = contract;
  const { output } = plan.operation;
  if (output === null) return empty;
  const { shape } = output;
  const row = types.typeOf(output, name).type;
  const isNullable = output.nullable || output.optional;
  if (plan.output === "row" && !isNullable) return row as ProtoMessage;
  const response = types.declare(`${name}Response`);
  if (plan.output === "page" || plan.output === "rows") {
    const items: FieldPlan = {
      name: outputView?.plural ?? "items",
      property: "items",
      type: row,
      isList: true,
    };
    const token: FieldPlan = {
      name: "nextPageToken",
      type: "string",
      description: "Empty on the last page.",
    };
    types.fill(response, plan.output === "page" ? [items, token] : [items]);
  } else if (shape.kind === "object" && !isNullable)
    types.fill(response, types.objectFields(shape.fields, name));
  else
    types.fill(response, [
      { name: "value", ...types.typeOf(output, `${name}Value`), isOptional: isNullable },
    ]);
  return response;
}

/** The answer itself is the value of its message's one field. */
function whole(answer: unknown): unknown {
  return answer;
}

function toPascalCase(name: string): string {
  return name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
}
