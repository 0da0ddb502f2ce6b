import type { Mistakes } from "../../../plan/mistakes.ts";
import { scalars } from "./scalars.ts";
import { SchemaNames } from "./schema-names.ts";
import type { FieldModel, ObjectModel, SchemaType } from "./schema-types.ts";

/** The types of one schema and the names of their fields, while they are being made. */
export class SchemaScope {
  readonly #mistakes: Mistakes;
  readonly #names: SchemaNames;
  readonly #fields: Map<ObjectModel, SchemaNames>;
  readonly #types: SchemaType[];

  constructor(mistakes: Mistakes) {
    this.#mistakes = mistakes;
    this.#names = new SchemaNames(mistakes);
    this.#fields = new Map();
    this.#types = [];
    for (const name of [
      ...Object.keys(scalars),
      "Query",
      "Mutation",
      "Subscription",
      "Error",
      "Node",
      "PageInfo",
    ])
      this.#names.reserve(name);
  }

  get types(): readonly SchemaType[] {
    return this.#types;
  }

  /** Adds a type under a name that must be free; `place`: where the definition has what it is made for. */
  add<T extends SchemaType>(type: T, place: string): T {
    if (this.#names.add(type.name, `the type ${type.name}`, place)) this.#types.push(type);
    return type;
  }

  /** Adds a type that every schema may have. */
  addOwn<T extends SchemaType>(type: T): T {
    this.#types.push(type);
    return type;
  }

  addField(object: ObjectModel, field: FieldModel, place: string): void {
    if (this.#namesOf(object).add(field.name, `the field ${object.name}.${field.name}`, place))
      object.fields.set(field.name, field);
  }

  /** Adds a field that the schema has of itself. */
  addOwnField(object: ObjectModel, field: FieldModel): void {
    this.#namesOf(object).reserve(field.name);
    object.fields.set(field.name, field);
  }

  #namesOf(object: ObjectModel): SchemaNames {
    const names = this.#fields.get(object) ?? new SchemaNames(this.#mistakes);
    this.#fields.set(object, names);
    return names;
  }
}
