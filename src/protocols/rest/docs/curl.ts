import type { JsonObject, JsonValue } from "../../../base/json.ts";
import type { DocumentOperation } from "./document.ts";
import { listAt, type OpenApiDocument, objectAt, textAt, toObject } from "./document.ts";

/** A request of an operation that can be pasted into a shell: what must be stated is, by its example. */
export function curl(
  document: OpenApiDocument,
  { method, template, operation }: DocumentOperation,
  origin: string,
): string {
  const parameters = listAt(operation, "parameters").map((each) => document.resolve(each));
  const path = template.replace(/\{([^{}]+)\}/g, (_, name: string) => exampleIn(parameters, "path", name));
  const query = parameters.filter((parameter) => isRequired(parameter, "query")).map(queryPart);
  const address = `${origin}${document.server}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
  const headers = parameters
    .filter((parameter) => isRequired(parameter, "header"))
    .map((parameter) => `${textAt(parameter, "name")}: ${headerExample(textAt(parameter, "name"))}`);
  const { type, example } = bodyOf(operation);
  const parts = [
    `curl${method === "GET" ? "" : ` -X ${method}`} ${quote(address)}`,
    ...(mustSignIn(operation) ? [`-H ${quote("Authorization: Bearer TOKEN")}`] : []),
    ...headers.map((header) => `-H ${quote(header)}`),
    ...(example === undefined
      ? []
      : [`-H ${quote(`content-type: ${type}`)}`, `-d ${quote(JSON.stringify(example))}`]),
  ];
  return parts.join(" \\\n  ");
}

/** The media type that a body is usually sent as, and its example. */
export function bodyOf(operation: JsonObject): {
  readonly type: string;
  readonly media: JsonObject;
  readonly example: JsonValue | undefined;
} {
  const content = objectAt(operation["requestBody"], "content");
  const [type = "application/json"] = Object.keys(content);
  const media = toObject(content[type]);
  return { type, media, example: media["example"] };
}

/** An example of a parameter as text; empty where there is none. */
export function parameterExample(parameter: JsonObject): string {
  const { example } = parameter;
  if (typeof example === "string" || typeof example === "number") return String(example);
  const schema = toObject(parameter["schema"]);
  const [word] = listAt(schema, "enum");
  if (typeof word === "string") return word;
  switch (textAt(schema, "type")) {
    case "integer":
    case "number":
      return String(schema["minimum"] ?? 1);
    case "boolean":
      return "true";
    case "array":
      return parameterExample({ schema: schema["items"] ?? {} });
    default:
      return examplesByFormat[textAt(schema, "format")] ?? "text";
  }
}

const examplesByFormat: Readonly<Record<string, string>> = {
  uuid: "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f",
  date: "2026-01-31",
  "date-time": "2026-01-31T12:00:00Z",
  email: "ada@example.com",
  uri: "https://example.com/page",
  int64: "1",
  decimal: "1",
};

/** Whether a caller must say who it is. */
export function mustSignIn(operation: JsonObject): boolean {
  const security = listAt(operation, "security");
  return security.length > 0 && security.every((each) => Object.keys(toObject(each)).length > 0);
}

function isRequired(parameter: JsonObject, place: string): boolean {
  return parameter["in"] === place && parameter["required"] === true;
}

function exampleIn(parameters: readonly JsonObject[], place: string, name: string): string {
  const parameter = parameters.find((each) => each["in"] === place && each["name"] === name);
  return encodeURIComponent(parameterExample(parameter ?? {}));
}

function queryPart(parameter: JsonObject): string {
  return `${encodeURIComponent(textAt(parameter, "name"))}=${encodeURIComponent(parameterExample(parameter))}`;
}

/** Header fields that must be stated: a fresh key, and any version of the row. */
export function headerExample(name: string): string {
  return name === "If-Match" ? "*" : "a-fresh-key-1";
}

/** For POSIX shells: nothing within single quotes has a meaning. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
