import type { JsonObject } from "../../../base/json.ts";
import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import type { JsonSchemaOptions } from "../../../schema/json-schema.ts";
import { Components } from "./components.ts";

/** What every part of a description is made in: the plan, the version, and the parts that are shared. */
export class DescribeScope {
  readonly plan: ApiPlan;
  readonly version: VersionPlan;
  readonly components: Components = new Components();
  /** How values that callers send are written. */
  readonly input: JsonSchemaOptions;
  /** How values that callers get are written. */
  readonly output: JsonSchemaOptions;

  readonly #describeRow: (scope: DescribeScope, resource: string) => JsonObject;

  constructor(
    plan: ApiPlan,
    version: VersionPlan,
    describeRow: (scope: DescribeScope, resource: string) => JsonObject,
  ) {
    this.plan = plan;
    this.version = version;
    this.#describeRow = describeRow;
    const rowReference = (name: string): string => String(this.rowReference(name)["$ref"]);
    this.input = { use: "input", rowReference };
    this.output = { use: "output", rowReference };
    // Rows first: the resources' names are theirs, whatever else wants one.
    for (const { resource } of version.resources) this.rowReference(resource.name);
  }

  view(resource: string): ResourceView | null {
    return this.version.resources.find((each) => each.resource.name === resource) ?? null;
  }

  rowReference(resource: string): JsonObject {
    return this.components.refer("schemas", `row ${resource}`, resource, () =>
      this.#describeRow(this, resource),
    );
  }
}
