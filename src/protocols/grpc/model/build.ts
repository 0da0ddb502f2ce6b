import { toSnakeCase } from "../../../base/casing.ts";
import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";
import { Mistakes } from "../../../plan/mistakes.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { documentation } from "./documentation.ts";
import { FieldTypes } from "./field-types.ts";
import { methodName, placeOf } from "./method-name.ts";
import { Numbering } from "./numbering.ts";
import type { PackageLock } from "./package-lock.ts";
import { PackageTypes } from "./package-types.ts";
import type { ProtoFile, ProtoMessage, ProtoMethod } from "./proto-file.ts";
import { ProtoNames } from "./proto-names.ts";
import { Requests } from "./requests.ts";
import { Responses } from "./responses.ts";
import { rowFields } from "./rows.ts";
import { Services } from "./services.ts";

/** An operation and the method that it is in a version's file. */
export interface OperationMethod {
  readonly contract: OperationContract;
  /** With its package. */
  readonly service: string;
  readonly method: ProtoMethod;
}

/** A version of an API as a .proto file. */
export interface VersionModel {
  readonly version: VersionPlan;
  readonly file: ProtoFile;
  readonly operations: readonly OperationMethod[];
  /** Where the numbers are from, and how they differ from the lock. */
  readonly numbering: Numbering;
}

/** Which operations are served. */
export type IsServed = (contract: OperationContract) => boolean;

/** A contract says all that there is, whatever a server serves of it. */
export const isInContract: IsServed = () => true;

/** The package of a version: `blog.v1`. */
export function packageOf({ api }: ApiPlan, version: VersionPlan): string {
  return `${toSnakeCase(api.name)}.v${version.name.replace(/[^A-Za-z0-9]/g, "_").toLowerCase()}`;
}

/** Makes the files of all versions. Throws a DefinitionError with everything that cannot be in a .proto, and the mistakes of before. */
export function buildVersions(
  plan: ApiPlan,
  lock: Readonly<Record<string, PackageLock>>,
  isServed: IsServed,
  mistakes: Mistakes = new Mistakes(),
): readonly VersionModel[] {
  const packages = new ProtoNames(mistakes);
  const models = plan.versions.map((version) => {
    const name = packageOf(plan, version);
    packages.add(name, `the package ${name}`, `version ${version.name}`);
    const numbering = new Numbering(Object.hasOwn(lock, name) ? (lock[name] ?? null) : null);
    return build(plan, { version, numbering, isServed, mistakes });
  });
  mistakes.withoutTwice().assertNone(plan.api.name);
  return models;
}

/** Makes the file of one version. */
export function buildVersion(
  plan: ApiPlan,
  version: VersionPlan,
  numbering: Numbering,
  isServed: IsServed,
): VersionModel {
  const mistakes = new Mistakes();
  const model = build(plan, { version, numbering, isServed, mistakes });
  mistakes.assertNone(plan.api.name);
  return model;
}

interface BuildOptions {
  readonly version: VersionPlan;
  readonly numbering: Numbering;
  readonly isServed: IsServed;
  readonly mistakes: Mistakes;
}

function build(plan: ApiPlan, { version, numbering, isServed, mistakes }: BuildOptions): VersionModel {
  const types = new PackageTypes(packageOf(plan, version), numbering, mistakes);
  const rows = new Rows(version, types);
  const rowOf = (resource: string): ProtoMessage => rows.of(resource);
  const fields = new FieldTypes(types, rowOf);
  rows.fill(fields);
  const requests = new Requests(types, fields);
  const responses = new Responses(types, fields, rowOf);
  const services = new Services(plan, types, mistakes);
  const operations = version.contracts.filter(isServed).map((contract): OperationMethod => {
    const name = methodName(contract);
    const { sort, description, deprecated } = contract.plan.operation;
    const method: ProtoMethod = {
      name,
      input: requests.of(contract, name),
      output: responses.of(contract, name),
      streamsInput: contract.messages !== null,
      streamsOutput: sort === "subscription",
      isSafe: sort === "query",
      description: documentation(description, deprecated),
      isDeprecated: deprecated !== false,
    };
    return { contract, method, service: services.add(contract, method, placeOf(contract)) };
  });
  const file: ProtoFile = {
    path: `${types.package.replaceAll(".", "/")}/${toSnakeCase(plan.api.name)}.proto`,
    package: types.package,
    description: plan.api.options.description ?? null,
    messages: types.messages,
    enums: types.enums,
    services: services.all,
  };
  return { version, file, operations, numbering };
}

/** The messages of rows, all declared before the first one is filled: they may hold each other. */
class Rows {
  readonly #version: VersionPlan;
  readonly #types: PackageTypes;
  readonly #messages: ReadonlyMap<string, ProtoMessage>;

  constructor(version: VersionPlan, types: PackageTypes) {
    this.#version = version;
    this.#types = types;
    this.#messages = new Map(
      version.resources.map(({ resource: { name, definition } }) => [
        name,
        types.message(name, { place: name, description: definition.description }),
      ]),
    );
  }

  of(resource: string): ProtoMessage {
    const message = this.#messages.get(resource);
    if (message === undefined) throw new TypeError(`${resource} is not in version ${this.#version.name}`);
    return message;
  }

  fill(fields: FieldTypes): void {
    for (const view of this.#version.resources) {
      const { name } = view.resource;
      this.#types.fill(this.of(name), rowFields(view, fields), { place: name });
    }
  }
}
