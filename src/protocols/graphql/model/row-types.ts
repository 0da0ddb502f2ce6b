import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { HandledPageModel } from "./handled-page-model.ts";
import { PageModel } from "./page-model.ts";
import type { SchemaScope } from "./schema-scope.ts";
import { ObjectModel } from "./schema-types.ts";

/** The type of a resource's rows. */
export interface RowType {
  readonly type: ObjectModel;
  readonly view: ResourceView;
  /** How its lists come in pages: those of a store. */
  readonly page: PageModel;
  /** The same of a handler that lists all; null where the store does. */
  readonly handledPage: HandledPageModel | null;
}

/** The types of rows in one version, all declared before the first one is filled: they hold each other. */
export class RowTypes {
  readonly #version: string;
  readonly #types: ReadonlyMap<string, RowType>;

  constructor({ today }: ApiPlan, version: VersionPlan, scope: SchemaScope) {
    const views = new Map(today.resources.map((view) => [view.resource, view]));
    this.#version = version.name;
    this.#types = new Map(
      version.resources.map((view) => {
        const { name, definition } = view.resource;
        const type = scope.add(new ObjectModel(name, definition.description), name);
        const today = views.get(view.resource) ?? view;
        const isHandled = definition.operations.list?.handle != null;
        const handledPage = isHandled ? new HandledPageModel(view, today) : null;
        return [name, { view, type, page: new PageModel(view, today), handledPage }];
      }),
    );
  }

  get all(): Iterable<RowType> {
    return this.#types.values();
  }

  find(resource: string): RowType | null {
    return this.#types.get(resource) ?? null;
  }

  of(resource: string): RowType {
    const found = this.find(resource);
    if (found === null) throw new TypeError(`${resource} is not in version ${this.#version}`);
    return found;
  }
}
