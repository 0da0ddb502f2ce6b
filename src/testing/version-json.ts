import type { Conversion } from "../define/version.ts";
import type { ApiPlan, VersionPlan } from "../plan/api-plan.ts";
import type { Member } from "../plan/codec/member.ts";
import type { OperationContract } from "../plan/operation-contract.ts";
import type { ResourceView } from "../plan/resource-view.ts";
import type { Field, Fields } from "../schema/field.ts";
import { toJson } from "../schema/json-form.ts";
import { keyOf } from "../schema/key-of.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * Values as handlers see them, turned into the JSON of one version: its names, its types, without what it lacks. Made from
 * the definition, and not by the writers that it is there to test.
 */
export class VersionJson {
  readonly #plan: ApiPlan;
  readonly #version: VersionPlan;

  constructor(plan: ApiPlan, version: VersionPlan) {
    this.#plan = plan;
    this.#version = version;
  }

  /** An answer of an operation. */
  answer({ plan, outputView }: OperationContract, value: unknown): unknown {
    const { output } = plan.operation;
    if (output === null) return undefined;
    if (outputView === null || plan.output === "value") return this.#field(output, value);
    if (plan.output === "row") return this.row(outputView, value);
    const { items, ...rest } = value as { readonly items: readonly unknown[] };
    return { [outputView.plural]: items.map((row) => this.row(outputView, row)), ...rest };
  }

  /** A row, what is never sent left out. */
  row(view: ResourceView, row: unknown): unknown {
    return this.#members(
      view,
      view.members.filter(({ field }) => !field.writeOnly),
      { ...(row as Values) },
      null,
    );
  }

  /** An input, under the names of its members there; what is not stated stays away. */
  input({ input, view, plan }: OperationContract, values: Values): Readonly<Record<string, unknown>> {
    const { method } = plan.operation;
    const stated = Object.fromEntries(Object.entries(values).filter(([name]) => name !== "ifVersion"));
    if (method === "batchCreate" && view !== null) {
      const rows = stated["items"] as readonly Values[];
      return {
        [view.plural]: rows.map((row) => this.#members(view, view.rowReader.members, row, undefined)),
      };
    }
    if (method === "list" && view !== null) return renamed(stated, view.members);
    const known = this.#members(view, input.members, stated, undefined);
    // What no version knows goes as it is: the test wants to see it refused.
    const others = Object.entries(stated).filter(
      ([name]) => !plan.input.members.some(({ key }) => key === name) && !(name === "id" && input.takesId),
    );
    return { ...known, ...Object.fromEntries(others) };
  }

  /** A path of today's names, in the version's. */
  path({ input, view, plan }: OperationContract, path: string): string {
    if (plan.operation.method === "batchCreate" && view !== null) {
      return path
        .replace(/^items(?=\[)/, view.plural)
        .replace(/(?<=\]\.)\w+/, (name) => wireOf(view.members, name));
    }
    return path.replace(/^\w+/, (name) => wireOf(input.members, name));
  }

  #members(
    view: ResourceView | null,
    members: readonly Member[],
    values: Values,
    absent: null | undefined,
  ): Readonly<Record<string, unknown>> {
    const entries = members.flatMap((member) => {
      const value = Object.hasOwn(values, member.key) ? values[member.key] : absent;
      if (value === undefined) return absent === undefined ? [] : [[member.wire, null] as const];
      const conversion = view === null ? null : this.#conversion(view, member);
      return [[member.wire, this.#converted(member.field, conversion, value)] as const];
    });
    return Object.fromEntries(entries);
  }

  #converted(field: Field, conversion: Conversion | null, value: unknown): unknown {
    if (conversion === null || value === null) return this.#field(field, value);
    return this.#field(conversion.type, (conversion.toVersion as (value: unknown) => unknown)(value));
  }

  #conversion({ resource }: ResourceView, { key }: Member): Conversion | null {
    const version = (this.#plan.api.options.versions ?? []).find(({ name }) => name === this.#version.name);
    const found = (version?.options.converted ?? []).find(
      ([reference]) => reference.resource === resource.name && keyOf(reference.name, reference.field) === key,
    );
    return found?.[1] ?? null;
  }

  /** A value of any field type; one that is not of its type goes as it is, so that tests can send what is wrong. */
  #field(field: Field, value: unknown): unknown {
    if (value === null || value === undefined) return value;
    const { shape } = field;
    if (shape.kind === "row") {
      const view = this.#version.resources.find(({ resource }) => resource.name === shape.target().name);
      return view === undefined ? value : this.row(view, value);
    }
    if (shape.kind === "list" && Array.isArray(value))
      return value.map((item) => this.#field(shape.element, item));
    if (shape.kind === "object" && typeof value === "object") return this.#object(shape.fields, { ...value });
    return toJson(field, value) ?? value;
  }

  #object(fields: Fields, values: Values): unknown {
    const byKey = new Map(Object.entries(fields).map(([name, field]) => [keyOf(name, field), field]));
    return Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) => {
        const field = byKey.get(key);
        if (value === undefined || field?.writeOnly) return [];
        return [[key, field === undefined ? value : this.#field(field, value)] as const];
      }),
    );
  }
}

function wireOf(members: readonly Member[], key: string): string {
  return members.find((member) => member.key === key)?.wire ?? key;
}

/** The input of a list: filter and order name fields. */
function renamed(stated: Values, members: readonly Member[]): Values {
  return Object.fromEntries(
    Object.entries(stated).map(([name, value]) => {
      if ((name !== "filter" && name !== "orderBy") || typeof value !== "string") return [name, value];
      const words = /"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*/g;
      return [name, value.replace(words, (word) => (word.startsWith('"') ? word : wireOf(members, word)))];
    }),
  );
}
