import type { VersionPlan } from "../../../plan/api-plan.ts";
import type { FieldModel, InterfaceModel, ObjectModel, SchemaType } from "./schema-types.ts";

/**
 * A version of an API as a schema of GraphQL. It is data, made at start without `graphql`; `graphql-schema.ts` makes of it what that
 * library parses, validates and introspects by. Executors look a field up by its parent type's name and its own.
 */
export class SchemaModel {
  readonly version: VersionPlan;
  readonly description: string | null;
  readonly query: ObjectModel;
  /** Null where the version has nothing of the sort. */
  readonly mutation: ObjectModel | null;
  readonly subscription: ObjectModel | null;
  /** All types, save the roots and the scalars. */
  readonly types: readonly SchemaType[];
  readonly #objects: ReadonlyMap<string, ObjectModel>;

  constructor(
    options: Pick<SchemaModel, "version" | "description" | "query" | "mutation" | "subscription" | "types">,
  ) {
    this.version = options.version;
    this.description = options.description;
    this.query = options.query;
    this.mutation = options.mutation;
    this.subscription = options.subscription;
    this.types = options.types;
    const { query, mutation, subscription, types } = options;
    this.#objects = new Map(
      [query, mutation, subscription, ...types]
        .filter((type) => type?.kind === "object")
        .map((type) => [type.name, type]),
    );
  }

  /** The object type of this name. */
  object(name: string): ObjectModel {
    const found = this.#objects.get(name);
    if (found === undefined) throw new TypeError(`There is no type ${name}`);
    return found;
  }

  /** A field of an object type; never asked for fields that start with two underscores. */
  field(type: string, name: string): FieldModel {
    const found = this.object(type).fields.get(name);
    if (found === undefined) throw new TypeError(`There is no field ${type}.${name}`);
    return found;
  }

  /** The objects that may stand where this interface is asked for. */
  implementations(node: InterfaceModel): readonly ObjectModel[] {
    return [...this.#objects.values()].filter(({ interfaces }) => interfaces.includes(node));
  }
}
