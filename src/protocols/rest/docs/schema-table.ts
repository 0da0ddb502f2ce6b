import type { JsonObject, JsonValue } from "../../../base/json.ts";
import {
  isList,
  listAt,
  type OpenApiDocument,
  objectAt,
  referenceName,
  textAt,
  toObject,
} from "./document.ts";
import { type Html, html } from "./html.ts";
import { inline, prose } from "./prose.ts";

/** Objects within objects are shown this deep. */
const maxDepth = 3;

/** One row of a table of fields. */
export interface FieldRow {
  readonly name: string;
  readonly depth: number;
  readonly required: boolean;
  readonly description: string;
  readonly deprecated: boolean;
  readonly schema: JsonObject;
}

/** A table of fields; those that only answers have are left out for what callers send. */
export function schemaTable(
  document: OpenApiDocument,
  schema: JsonValue | undefined,
  use: "input" | "output",
): Html {
  const rows = propertyRows(document.resolve(schema), use, 0);
  if (rows.length > 0) return fieldTable(rows, "Field");
  return html`<p class="type">${typeOf(toObject(schema))}</p>`;
}

/** A table of fields or parameters. */
export function fieldTable(rows: readonly FieldRow[], what: string): Html {
  return html`<div class="scroll"><table class="fields">
<thead><tr><th scope="col">${what}</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${rows.map(fieldRow)}</tbody></table></div>`;
}

function fieldRow({ name, depth, required, description, deprecated, schema }: FieldRow): Html {
  const rules = rulesOf(schema);
  return html`<tr><th scope="row"><span class="name depth${depth}"><code>${name}</code>${
    required ? html` <span class="need">required</span>` : null
  }${deprecated ? html` <span class="tag warn">deprecated</span>` : null}</span></th><td class="type">${typeOf(schema)}</td><td>${
    description === "" ? null : prose(description)
  }${rules.length === 0 ? null : html`<span class="rules">${rules.map((rule, index) => html`${index === 0 ? null : " · "}${inline(rule)}`)}</span>`}</td></tr>`;
}

function propertyRows(schema: JsonObject, use: "input" | "output", depth: number): readonly FieldRow[] {
  const required = listAt(schema, "required");
  return Object.entries(objectAt(schema, "properties")).flatMap(([name, value]) => {
    const property = toObject(value);
    if (use === "input" && property["readOnly"] === true) return [];
    const row = {
      name,
      depth,
      required: use === "input" && required.includes(name),
      description: textAt(property, "description"),
      deprecated: property["deprecated"] === true,
      schema: property,
    };
    const within = property["properties"] === undefined ? toObject(property["items"]) : property;
    return depth === maxDepth ? [row] : [row, ...propertyRows(within, use, depth + 1)];
  });
}

/** The type in words: `list of string`, `User or null`, with a link to what has a name. */
export function typeOf(schema: JsonObject): Html {
  const name = referenceName(schema);
  if (name !== null) return html`<a href="#schema-${name}">${name}</a>`;
  const choices = [...listAt(schema, "anyOf"), ...listAt(schema, "oneOf")].map((each) =>
    typeOf(toObject(each)),
  );
  if (choices.length > 0) return joined(choices, " or ");
  const { type } = schema;
  if (schema["items"] !== undefined) {
    return html`list of ${typeOf(toObject(schema["items"]))}${isList(type) && type.includes("null") ? " or null" : null}`;
  }
  const format = textAt(schema, "format") || textAt(schema, "contentEncoding");
  const types = (isList(type) ? type : [type ?? "any"]).map(wordOf);
  if (types.length > 5) return html`any JSON`;
  const [first = "any", ...others] = types;
  return html`${first}${format === "" ? null : ` (${format})`}${others.map((other) => ` or ${other}`)}`;
}

function joined(parts: readonly Html[], between: string): Html {
  return html`${parts.map((part, index) => html`${index === 0 ? null : between}${part}`)}`;
}

function wordOf(type: JsonValue): string {
  return typeof type === "string" ? type : "any";
}

const bounds: readonly (readonly [name: string, text: string, unit: string])[] = [
  ["minimum", "at least", ""],
  ["maximum", "at most", ""],
  ["minLength", "at least", "character"],
  ["maxLength", "at most", "character"],
  ["minItems", "at least", "item"],
  ["maxItems", "at most", "item"],
];

/** The rules of a schema in words. */
function rulesOf(schema: JsonObject): readonly string[] {
  const words =
    listAt(schema, "enum").length > 0 ? listAt(schema, "enum") : listAt(toObject(schema["items"]), "enum");
  const shown = words.filter((word) => word !== null).map((word) => `\`${String(word)}\``);
  const patterns = [schema, ...listAt(schema, "allOf")]
    .map((each) => textAt(each, "pattern"))
    .filter(isWorthShowing);
  return [
    ...(shown.length === 0
      ? []
      : [`${schema["items"] === undefined ? "one" : "any"} of ${shown.join(", ")}`]),
    ...bounds
      .filter(([name]) => isBound(schema, name))
      .map(([name, text, unit]) => `${text} ${countOf(schema[name], unit)}`),
    ...(schema["uniqueItems"] === true ? ["no item twice"] : []),
    ...patterns.map((pattern) => `matches \`${pattern.replace(/^\^\(\?:|\)\$$/g, "")}\``),
    ...(schema["default"] === undefined ? [] : [`default \`${JSON.stringify(schema["default"])}\``]),
  ];
}

function countOf(value: JsonValue | undefined, unit: string): string {
  if (unit === "") return String(value);
  return `${String(value)} ${unit}${value === 1 ? "" : "s"}`;
}

/** The range of 32 bits is told by the format already, and a length in bytes by the description. */
function isBound(schema: JsonObject, name: string): boolean {
  const value = schema[name];
  if (typeof value !== "number" || schema["contentEncoding"] !== undefined) return false;
  return !(textAt(schema, "format") === "int32" && Math.abs(value) >= 2147483647);
}

/** Patterns that only state a type's form say nothing that its name does not. */
function isWorthShowing(pattern: string): boolean {
  return pattern.startsWith("^(?:") && !pattern.includes("A-Za-z0-9+/_-");
}
