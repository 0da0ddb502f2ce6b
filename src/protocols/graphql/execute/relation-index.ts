import type { ManyRelation, OneRelation, Relation } from "../../../invoke/related/relation.ts";
import { relationsOf } from "../../../invoke/relations.ts";
import type { ApiPlan } from "../../../plan/api-plan.ts";
import type { Store } from "../../../store/store.ts";
import type { RelationName } from "../model/schema-types.ts";

/** The relations of an API, found by name. Made once for all versions. */
export class RelationIndex {
  readonly #relations: ReadonlyMap<string, Relation>;

  constructor(plan: ApiPlan, store: Store | null) {
    const all = plan.today.resources.flatMap(({ resource: { name } }) =>
      relationsOf(name, plan, store).map((relation) => [`${name}.${relation.name}`, relation] as const),
    );
    this.#relations = new Map(all);
  }

  one(name: RelationName): OneRelation {
    const found = this.#find(name);
    if (found.many) throw new TypeError(`${name.resource}.${name.name} are many`);
    return found;
  }

  many(name: RelationName): ManyRelation {
    const found = this.#find(name);
    if (!found.many) throw new TypeError(`${name.resource}.${name.name} is one`);
    return found;
  }

  #find({ resource, name }: RelationName): Relation {
    const found = this.#relations.get(`${resource}.${name}`);
    if (found === undefined) throw new TypeError(`There is no relation ${resource}.${name}`);
    return found;
  }
}
