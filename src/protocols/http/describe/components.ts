import type { JsonObject } from "../../../base/json.ts";

/** The parts of a document that others refer to, each under its own name. */
export class Components {
  readonly #names = new Map<string, string>();
  readonly #sections = new Map<string, Map<string, JsonObject>>();

  /**
   * A reference to the part of this identity, made where it is not there. Its name is `wanted`, with a number after it
   * where something else has that name already.
   */
  refer(section: ComponentSection, identity: string, wanted: string, make: () => JsonObject): JsonObject {
    const key = `${section} ${identity}`;
    const known = this.#names.get(key);
    if (known !== undefined) return reference(section, known);
    const parts = this.#sections.get(section) ?? new Map<string, JsonObject>();
    this.#sections.set(section, parts);
    const name = freeName(wanted, parts);
    // Named before it is made: it may refer to itself.
    this.#names.set(key, name);
    parts.set(name, {});
    parts.set(name, make());
    return reference(section, name);
  }

  toJson(): JsonObject {
    const sections = [...this.#sections].map(
      ([section, parts]) => [section, Object.fromEntries(parts)] as const,
    );
    return Object.fromEntries(sections.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The sections of `components` that are made use of. */
export type ComponentSection = "schemas" | "responses" | "parameters" | "headers" | "securitySchemes";

function reference(section: ComponentSection, name: string): JsonObject {
  return { $ref: `#/components/${section}/${name}` };
}

function freeName(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}${number}`)) number++;
  return `${wanted}${number}`;
}
