import type { ApiPlan } from "../plan/api-plan.ts";
import { isFindable, isListable } from "../plan/findable.ts";
import type { ResourceView } from "../plan/resource-view.ts";
import { targetName } from "../plan/table.ts";
import type { RefShape } from "../schema/shape.ts";
import type { Store } from "../store/store.ts";
import { PageTokens } from "./paging.ts";
import { handledOne, handledRelated } from "./related/handled.ts";
import { RelatedLoader } from "./related/many.ts";
import { OneLoader } from "./related/one.ts";
import type { ManyRelation, OneRelation, Relation } from "./related/relation.ts";
import { storedOne, storedRelated } from "./related/stored.ts";
import { StoredRows } from "./standard.ts";

/** The relations of a resource: its references, and those of others to it that say their name here. */
export function relationsOf(resource: string, plan: ApiPlan, store: Store | null): readonly Relation[] {
  const relations = new Relations(plan, store);
  return plan.today.resources.flatMap((owner) =>
    Object.entries(owner.resource.definition.fields).flatMap(([field, { shape }]) =>
      shape.kind === "ref" ? relations.by(resource, owner, field, shape) : [],
    ),
  );
}

class Relations {
  readonly #plan: ApiPlan;
  readonly #store: Store | null;

  constructor(plan: ApiPlan, store: Store | null) {
    this.#plan = plan;
    this.#store = store;
  }

  /** Those of one reference that start from a resource: one way, the other, or both. */
  by(resource: string, owner: ResourceView, field: string, shape: RefShape): readonly Relation[] {
    const target = this.#plan.today.resources.find((view) => view.resource.name === targetName(shape));
    if (target === undefined) return [];
    const found: Relation[] = [];
    const common = { field, owner: owner.resource.name };
    if (owner.resource.name === resource && isFindable(target.resource)) {
      const loader = this.#one(target, `${field}Id`);
      const load: OneRelation["load"] = (call, rows, columns) => loader.load(call, rows, columns);
      found.push({ ...common, name: field, target: target.resource.name, many: false, load });
    }
    const { inverse } = shape;
    if (target.resource.name === resource && inverse !== null && isListable(owner.resource, field)) {
      const loader = this.#many(owner, field);
      const load: ManyRelation["load"] = (call, rows, query) => loader.load(call, rows, query);
      found.push({
        ...common,
        name: inverse,
        target: owner.resource.name,
        many: true,
        key: `${field}Id`,
        tokens: owner.resource.definition.stored ? new PageTokens(owner) : null,
        load,
      });
    }
    return found;
  }

  #one({ resource }: ResourceView, key: string): OneLoader {
    const read =
      resource.definition.stored && this.#store !== null
        ? storedOne(new StoredRows(resource, this.#store))
        : handledOne(resource, this.#plan);
    return new OneLoader({ target: resource, key, read });
  }

  #many({ resource }: ResourceView, field: string): RelatedLoader {
    const key = `${field}Id`;
    const read =
      resource.definition.stored && this.#store !== null
        ? storedRelated(new StoredRows(resource, this.#store), key)
        : handledRelated(resource, field, this.#plan);
    return new RelatedLoader({ target: resource, key, read });
  }
}
