import { toWords } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { VersionPlan } from "../../../plan/api-plan.ts";
import type { DescribeScope } from "./scope.ts";

/** The tag of operations that belong to no resource. */
export const generalTag = "General";

/** `info` of OpenAPI and AsyncAPI alike: what the API is called, what it is for, and which version this is. */
export function describeInfo({ plan, version }: DescribeScope): JsonObject {
  const { title, description } = plan.api.options;
  const parts = [description, version.description, ending(version)].filter(
    (part) => part !== undefined && part !== null,
  );
  return {
    title: title ?? toWords(plan.api.name),
    ...(parts.length === 0 ? {} : { description: parts.join("\n\n") }),
    version: version.name,
  };
}

function ending({ deprecated, sunset, link }: VersionPlan): string | null {
  if (deprecated === null && sunset === null) return null;
  const since = deprecated === null ? "" : ` is deprecated since ${day(deprecated)}`;
  const until = sunset === null ? "" : `${since === "" ? "" : " and"} ends on ${day(sunset)}`;
  return `This version${since}${until}.${link === null ? "" : ` See <${link}>.`}`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Tags of operations: the resources, in their order. */
export function describeTags({ version }: DescribeScope): readonly JsonObject[] {
  const resources = version.resources.map(({ resource: { name, definition } }) =>
    definition.description === null ? { name } : { name, description: definition.description },
  );
  const general = version.contracts.some((contract) => contract.plan.operation.on === null);
  return general ? [...resources, { name: generalTag }] : resources;
}
