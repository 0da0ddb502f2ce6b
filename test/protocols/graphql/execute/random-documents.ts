import type { SchemaModel } from "../../../../src/protocols/graphql/model/schema-model.ts";
import type {
  ArgumentModel,
  FieldModel,
  ObjectModel,
  SchemaType,
  TypeReference,
} from "../../../../src/protocols/graphql/model/schema-types.ts";

/** A document and the variables that it is run with. Most are valid. */
export interface RandomDocument {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Values that arguments and variables take, right ones and wrong ones. */
export interface Words {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly filters: readonly string[];
  readonly orders: readonly string[];
}

/** Makes documents over a schema: aliases, fragments on objects and interfaces, directives, variables with and without defaults. */
export class DocumentMaker {
  readonly #model: SchemaModel;
  readonly #words: Words;
  readonly #random: () => number;
  readonly #declared = new Map<string, string>();
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  /** Fields that may still be selected. */
  #budget = 40;

  constructor(model: SchemaModel, words: Words, seed: number) {
    this.#model = model;
    this.#words = words;
    this.#random = generator(seed);
  }

  query(): RandomDocument {
    return this.#document("query", this.#model.query, 4);
  }

  mutation(): RandomDocument {
    const { mutation } = this.#model;
    if (mutation === null) throw new Error("The schema has no mutation");
    return this.#document("mutation", mutation, 3);
  }

  #document(kind: string, root: ObjectModel, depth: number): RandomDocument {
    const set = this.#selection(root, depth);
    const declared = [...this.#declared.values()].join(", ");
    const head = declared === "" ? kind : `${kind} Random(${declared})`;
    const text = [`${head} ${set}`, ...this.#fragments].join("\n");
    return { text, variables: this.#variables };
  }

  #selection(type: ObjectModel, depth: number): string {
    const fields = [...type.fields.values()];
    const count = 1 + this.#below(Math.min(4, fields.length + 1));
    const parts: string[] = [];
    for (let index = 0; index < count && this.#budget-- > 0; index++) parts.push(this.#part(type, depth));
    return `{ ${parts.length === 0 ? "__typename" : parts.join("\n ")} }`;
  }

  #part(type: ObjectModel, depth: number): string {
    const chosen = this.#random();
    if (chosen < 0.06) return `${this.#chance(0.3) ? "kind: " : ""}__typename`;
    if (depth > 0 && chosen < 0.14) return this.#inline(type, depth);
    if (depth > 0 && chosen < 0.2) return this.#spread(type, depth);
    const field = this.#field(type, depth);
    return field === null ? "__typename" : this.#written(field, depth);
  }

  #field(type: ObjectModel, depth: number): FieldModel | null {
    const fields = [...type.fields.values()].filter((field) => depth > 0 || !isComposite(named(field.type)));
    return fields.length === 0 ? null : this.#one(fields);
  }

  #written(field: FieldModel, depth: number): string {
    const alias = this.#chance(0.25) ? `${this.#one(["a", "b", field.name])}${this.#below(3)}: ` : "";
    const type = named(field.type);
    const set = isComposite(type) ? ` ${this.#abstract(type, depth - 1)}` : "";
    return `${alias}${field.name}${this.#arguments(field)}${this.#directive()}${set}`;
  }

  #abstract(type: SchemaType, depth: number): string {
    if (type.kind === "object") return this.#selection(type, depth);
    const possible = type.kind === "union" ? type.types : [];
    const all = type.kind === "interface" ? this.#model.implementations(type) : possible;
    const shared = type.kind === "interface" && this.#chance(0.5) ? [...type.fields.keys()] : [];
    const parts = all
      .filter(() => this.#chance(0.6))
      .map((each) => `... on ${each.name} ${this.#selection(each, depth)}`);
    return `{ ${["__typename", ...shared, ...parts].join("\n ")} }`;
  }

  #inline(type: ObjectModel, depth: number): string {
    const [shared] = type.interfaces;
    if (shared !== undefined && this.#chance(0.4))
      return `... on ${shared.name}${this.#directive()} { ${[...shared.fields.keys()].join(" ")} }`;
    const condition = this.#chance(0.5) ? ` on ${type.name}` : "";
    return `...${condition}${this.#directive()} ${this.#selection(type, depth)}`;
  }

  #spread(type: ObjectModel, depth: number): string {
    const name = `F${this.#fragments.length}`;
    const index = this.#fragments.push("") - 1;
    this.#fragments[index] = `fragment ${name} on ${type.name} ${this.#selection(type, depth - 1)}`;
    return `...${name}${this.#directive()}`;
  }

  #directive(): string {
    if (!this.#chance(0.12)) return "";
    const value = this.#chance(0.5) ? String(this.#chance(0.5)) : this.#condition();
    return ` @${this.#one(["skip", "include"])}(if: ${value})`;
  }

  #condition(): string {
    const name = this.#one(["c0", "c1"]);
    if (!this.#declared.has(name)) {
      const usual = this.#chance(0.4);
      this.#declared.set(name, `$${name}: Boolean${usual ? "! = true" : "!"}`);
      if (!usual || this.#chance(0.5)) this.#variables[name] = this.#chance(0.03) ? "yes" : this.#chance(0.5);
    }
    return `$${name}`;
  }

  #arguments({ arguments: all }: FieldModel): string {
    const stated = all.filter(({ type, default: usual }) =>
      type.nonNull && usual === undefined ? !this.#chance(0.01) : this.#chance(0.35),
    );
    if (stated.length === 0) return "";
    return `(${stated.map((argument) => `${argument.name}: ${this.#argument(argument)}`).join(", ")})`;
  }

  #argument(argument: ArgumentModel): string {
    if (this.#chance(0.4)) return this.#variable(argument);
    return this.#literal(this.#value(argument.type, argument.name));
  }

  #variable({ name, type, default: usual }: ArgumentModel): string {
    const variable = `v${this.#declared.size}`;
    const hasDefault = this.#chance(0.25);
    const value = this.#value(type, name);
    // A variable that may be null may stand for what has a default.
    const written = typeText(usual !== undefined && this.#chance(0.5) ? { ...type, nonNull: false } : type);
    const literal = hasDefault ? this.#literal(this.#value({ ...type, nonNull: true }, name)) : null;
    this.#declared.set(variable, `$${variable}: ${written}${literal === null ? "" : ` = ${literal}`}`);
    if (!this.#chance(0.15))
      this.#variables[variable] = this.#chance(0.06) ? this.#wrong() : plainValue(value);
    return `$${variable}`;
  }

  #wrong(): unknown {
    return this.#one([null, 1.5, "?", true, {}, [], [null], { x: 1 }, 2 ** 40]);
  }

  #value(reference: TypeReference, name: string): unknown {
    if (!reference.nonNull && this.#chance(0.08)) return null;
    if (reference.kind === "list")
      return Array.from({ length: this.#below(3) }, () => this.#value(reference.of, name));
    const { type } = reference;
    if (type.kind === "enum") return new Word(this.#one(type.words));
    if (type.kind === "input")
      return Object.fromEntries(
        type.fields
          .filter((field) => (field.type.nonNull && field.default === undefined) || this.#chance(0.5))
          .map((field) => [field.name, this.#value(field.type, field.name)]),
      );
    return this.#scalar(type.name, name);
  }

  #scalar(type: string, name: string): unknown {
    switch (type) {
      case "Int":
        return this.#one([0, 1, 2, 3, 7, 50, -1]);
      case "Float":
        return this.#one([0, 1.5, -2, 1e3]);
      case "Boolean":
        return this.#chance(0.5);
      case "ID":
        return this.#one(this.#words.ids);
      case "String":
        if (name === "filter") return this.#one(this.#words.filters);
        if (name === "orderBy") return this.#one(this.#words.orders);
        return this.#one(this.#words.texts);
      case "BigInt":
        return this.#one(["5", "9007199254740993", "x"]);
      case "DateTime":
        return this.#one(["2026-01-02T03:04:05Z", "2026-13-02T03:04:05Z"]);
      default:
        return this.#one(["1.50", "x", "AQID"]);
    }
  }

  #literal(value: unknown): string {
    if (value instanceof Word) return value.text;
    if (Array.isArray(value)) return `[${value.map((each) => this.#literal(each)).join(", ")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const fields = Object.entries(value).map(([name, each]) => `${name}: ${this.#literal(each)}`);
    return `{ ${fields.join(", ")} }`;
  }

  #one<T>(from: readonly T[]): T {
    const found = from[this.#below(from.length)];
    if (found === undefined && from.length === 0) throw new Error("There is nothing to choose from");
    return found as T;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #chance(part: number): boolean {
    return this.#random() < part;
  }
}

/** A word of an enumeration. */
class Word {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function plainValue(value: unknown): unknown {
  if (value instanceof Word) return value.text;
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainValue(each)]));
}

function typeText(reference: TypeReference): string {
  const text = reference.kind === "list" ? `[${typeText(reference.of)}]` : reference.type.name;
  return reference.nonNull ? `${text}!` : text;
}

function named(reference: TypeReference): SchemaType {
  return reference.kind === "list" ? named(reference.of) : reference.type;
}

function isComposite({ kind }: SchemaType): boolean {
  return kind === "object" || kind === "interface" || kind === "union";
}

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
