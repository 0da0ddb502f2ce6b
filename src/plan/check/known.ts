import type { AnyOperation, AnyResource } from "../../define/definition.ts";

/** The parts of an API that others refer to; what has not even its form is left out. */
export interface Known {
  readonly resources: ReadonlyMap<string, AnyResource>;
  /** The resources' standard methods and the application's own operations. */
  readonly operations: ReadonlySet<AnyOperation>;
}

/** Whether the API has this very resource, and not just one of the same name. */
export function hasResource({ resources }: Known, resource: { readonly name: string }): boolean {
  return resources.get(resource.name) === resource;
}
