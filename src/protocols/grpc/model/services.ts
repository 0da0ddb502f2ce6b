import type { AnyResource } from "../../../define/definition.ts";
import type { ApiPlan } from "../../../plan/api-plan.ts";
import type { Mistakes } from "../../../plan/mistakes.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { PackageTypes } from "./package-types.ts";
import type { ProtoMethod, ProtoService } from "./proto-file.ts";
import { ProtoNames } from "./proto-names.ts";

/** Services as they come: one for each resource, and one for what belongs to none. */
export class Services {
  readonly #plan: ApiPlan;
  readonly #types: PackageTypes;
  readonly #mistakes: Mistakes;
  readonly #services: Map<AnyResource | null, GrowingService>;

  constructor(plan: ApiPlan, types: PackageTypes, mistakes: Mistakes) {
    this.#plan = plan;
    this.#types = types;
    this.#mistakes = mistakes;
    this.#services = new Map();
  }

  get all(): readonly ProtoService[] {
    return [...this.#services.values()];
  }

  /** Answers the full name of the service that the method is in. */
  add({ plan: { operation } }: OperationContract, method: ProtoMethod, place: string): string {
    const service = this.#services.get(operation.on) ?? this.#make(operation.on);
    service.names.add(method.name, `the method ${method.name}`, place);
    service.methods.push(method);
    return service.fullName;
  }

  #make(on: AnyResource | null): GrowingService {
    const { api } = this.#plan;
    const name = `${on?.name ?? this.#freeName()}Service`;
    this.#types.names.add(name, `the service ${name}`, on?.name ?? "api");
    const description = on === null ? (api.options.description ?? null) : on.definition.description;
    const service = new GrowingService(`${this.#types.package}.${name}`, description, this.#mistakes);
    this.#services.set(on, service);
    return service;
  }

  /** What belongs to no resource is the API's: `BlogService`, or `BlogApiService` where there is a resource Blog. */
  #freeName(): string {
    const { api } = this.#plan;
    const name = toPascalCase(api.name);
    const resources = api.options.resources ?? [];
    return resources.some((resource) => resource.name === name) ? `${name}Api` : name;
  }
}

class GrowingService implements ProtoService {
  readonly fullName: string;
  readonly description: string | null;
  readonly methods: ProtoMethod[];
  readonly names: ProtoNames;

  constructor(fullName: string, description: string | null, mistakes: Mistakes) {
    this.fullName = fullName;
    this.description = description;
    this.methods = [];
    this.names = new ProtoNames(mistakes);
  }
}

function toPascalCase(name: string): string {
  return name.replace(/(?:^|_+)([a-z0-9]?)/g, (_, first: string) => first.toUpperCase());
}
