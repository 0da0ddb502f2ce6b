import type { VersionPlan } from "../../../plan/api-plan.ts";
import type { Member } from "../../../plan/codec/member.ts";
import { isFindable, isListable } from "../../../plan/findable.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { targetName } from "../../../plan/table.ts";

/** What `include` may name: the row that a row refers to, or the rows that refer to it. */
export interface DescribedRelation {
  readonly name: string;
  /** The resource whose rows are embedded. */
  readonly target: string;
  readonly many: boolean;
  /** The reference that they are found by, under its name in the version. */
  readonly reference: string;
}

/** The relations of a resource in one version, under their names there. */
export function describedRelations(resource: string, version: VersionPlan): readonly DescribedRelation[] {
  const views = new Map(version.resources.map((view) => [view.resource.name, view]));
  return version.resources.flatMap((owner) =>
    owner.members.flatMap((member) => relationsBy(resource, owner, member, views)),
  );
}

function relationsBy(
  resource: string,
  owner: ResourceView,
  { key, wire, field: { shape } }: Member,
  views: ReadonlyMap<string, ResourceView>,
): readonly DescribedRelation[] {
  if (shape.kind !== "ref") return [];
  const target = targetName(shape);
  const view = views.get(target);
  if (view === undefined) return [];
  const found: DescribedRelation[] = [];
  if (owner.resource.name === resource && isFindable(view.resource))
    found.push({ name: wire.slice(0, -2), target, many: false, reference: wire });
  if (target === resource && shape.inverse !== null && isListable(owner.resource, key.slice(0, -2)))
    found.push({ name: shape.inverse, target: owner.resource.name, many: true, reference: wire });
  return found;
}
