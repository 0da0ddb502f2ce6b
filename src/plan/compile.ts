import type { Api } from "../define/api.ts";
import type { AnyOperation, AnyResource } from "../define/definition.ts";
import { type Version, version } from "../define/version.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import { keyOf } from "../schema/key-of.ts";
import type { ApiPlan, VersionPlan } from "./api-plan.ts";
import { ChannelPlan } from "./channel-plan.ts";
import { checkDefinition } from "./check.ts";
import type { RowCodecs } from "./codec/compile.ts";
import { rowCodec } from "./codec/row.ts";
import { InputReader } from "./input-reader.ts";
import { messageReader } from "./message-reader.ts";
import { OperationContract } from "./operation-contract.ts";
import { OperationPlan } from "./operation-plan.ts";
import { ResourceView } from "./resource-view.ts";
import { toTableModel } from "./table.ts";
import { VersionChanges } from "./version-changes.ts";

/** Compiles an API. Throws a DefinitionError that lists every mistake. */
export function compileApi(api: Api): ApiPlan {
  checkDefinition(api).assertNone(api.name);
  const resources = api.options.resources ?? [];
  const operations = allOperations(api);
  const views = new VersionViews(resources, new VersionChanges(version("today")));
  const plans = new Map(operations.map((operation) => [operation, toPlan(operation, views, api)]));
  const today = toVersionPlan(version("today"), operations, resources, plans);
  const versions = (api.options.versions ?? [version("1")]).map((each) =>
    toVersionPlan(each, operations, resources, plans),
  );
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  return Object.freeze({
    api,
    operations: [...plans.values()],
    byOperation: plans,
    versions,
    defaultVersion:
      versions.find(({ name }) => name === api.options.defaultVersion) ?? versions.at(-1) ?? today,
    today,
    channels: (api.options.channels ?? []).map((channel) => new ChannelPlan(channel, views.rows)),
    tables: resources
      .filter(({ definition }) => definition.stored)
      .map((resource) => toTableModel(resource, byName)),
    errors: allErrors(api, operations),
    sensitive: sensitiveKeys(resources, operations),
  });
}

/** Every operation of an API: the resources' standard methods, then the application's own. */
export function allOperations(api: Api): readonly AnyOperation[] {
  const standard = (api.options.resources ?? []).flatMap(({ definition }) =>
    Object.values(definition.operations),
  );
  return [...standard.filter((operation) => operation !== null), ...(api.options.operations ?? [])];
}

/** The views of one version's resources; rows in outputs find theirs when they are written. */
class VersionViews {
  readonly rows: RowCodecs;
  readonly views: ReadonlyMap<string, ResourceView>;

  constructor(resources: readonly AnyResource[], changes: VersionChanges) {
    this.rows = (name) => rowCodec(() => this.views.get(name)?.writer.write ?? null, name);
    this.views = new Map(
      resources
        .filter((resource) => changes.hasResource(resource))
        .map((resource) => [resource.name, new ResourceView(resource, changes, this.rows)]),
    );
  }

  of(operation: AnyOperation): ResourceView | null {
    return operation.on === null ? null : (this.views.get(operation.on.name) ?? null);
  }

  /** The view of the rows that an operation answers. */
  ofOutput(operation: AnyOperation): ResourceView | null {
    const shape = operation.output?.shape;
    return shape?.kind === "row" ? (this.views.get(shape.target().name) ?? null) : null;
  }
}

function toPlan(operation: AnyOperation, views: VersionViews, api: Api): OperationPlan {
  const view = views.of(operation);
  return new OperationPlan({
    operation,
    view,
    input: new InputReader(operation, view, views.rows),
    messages: messageReader(operation, views.rows),
    apiDeadline: api.options.deadline ?? null,
  });
}

function toVersionPlan(
  definition: Version,
  operations: readonly AnyOperation[],
  resources: readonly AnyResource[],
  plans: ReadonlyMap<AnyOperation, OperationPlan>,
): VersionPlan {
  const changes = new VersionChanges(definition);
  const views = new VersionViews(resources, changes);
  const present = operations.filter((operation) => changes.hasOperation(operation));
  const { deprecated, sunset, link, description } = definition.options;
  return Object.freeze({
    name: definition.name,
    description: description ?? null,
    contracts: present.flatMap((operation) => toContract(operation, definition.name, views, plans)),
    resources: [...views.views.values()],
    deprecated: deprecated === undefined ? null : Date.parse(deprecated),
    sunset: sunset === undefined ? null : Date.parse(sunset),
    link: link ?? null,
  });
}

function toContract(
  operation: AnyOperation,
  versionName: string,
  views: VersionViews,
  plans: ReadonlyMap<AnyOperation, OperationPlan>,
): readonly OperationContract[] {
  const plan = plans.get(operation);
  if (plan === undefined) return [];
  const view = views.of(operation);
  const outputView = views.ofOutput(operation);
  const { rows } = views;
  const input = new InputReader(operation, view, rows);
  const messages = messageReader(operation, rows);
  return [new OperationContract({ plan, version: versionName, view, outputView, input, messages, rows })];
}

function allErrors(api: Api, operations: readonly AnyOperation[]): readonly AnyErrorDefinition[] {
  const found = new Set<AnyErrorDefinition>([
    ...(api.options.errors ?? []),
    ...operations.flatMap(({ errors }) => errors),
  ]);
  for (const { definition } of api.options.resources ?? []) {
    if (definition.notFound !== null) found.add(definition.notFound);
    for (const { unique } of Object.values(definition.fields))
      if (typeof unique !== "boolean") found.add(unique);
  }
  return [...found].sort((a, b) => (a.code < b.code ? -1 : 1));
}

function sensitiveKeys(
  resources: readonly AnyResource[],
  operations: readonly AnyOperation[],
): ReadonlySet<string> {
  const fields = [
    ...resources.map(({ definition }) => definition.fields),
    ...operations.map(({ input }) => input),
    ...operations.map(({ messages }) => messages ?? {}),
  ];
  return new Set(
    fields.flatMap((each) =>
      Object.entries(each)
        .filter(([, field]) => field.sensitive || field.writeOnly)
        .map(([name, field]) => keyOf(name, field)),
    ),
  );
}
