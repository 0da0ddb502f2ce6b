import { frameworkError } from "../../errors/codes.ts";

/** Query parameters by name: text, or a list of texts where a name is repeated. */
export type QueryParameters = Record<string, string | string[]>;

/** A request has this many parameters at most. */
const maxParameters = 200;

/** Parses a query (WHATWG URL, application/x-www-form-urlencoded), strictly: what cannot be decoded is refused. */
export function parseQuery(query: string): QueryParameters {
  const parameters: QueryParameters = Object.create(null);
  const pairs = query.split("&");
  if (pairs.length > maxParameters)
    throw frameworkError("MALFORMED_REQUEST", `The query has more than ${maxParameters} parameters`);
  for (const pair of pairs) if (pair !== "") addPair(parameters, pair);
  return parameters;
}

function addPair(parameters: QueryParameters, pair: string): void {
  const equals = pair.indexOf("=");
  const name = decode(equals === -1 ? pair : pair.slice(0, equals));
  const value = equals === -1 ? "" : decode(pair.slice(equals + 1));
  const known = parameters[name];
  if (known === undefined) parameters[name] = value;
  else if (typeof known === "string") parameters[name] = [known, value];
  else known.push(value);
}

function decode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? percentDecode(spaced) : spaced;
}

/** Decodes percent-encoded UTF-8; throws MALFORMED_REQUEST for what is none. */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw frameworkError("MALFORMED_REQUEST", "The address has a percent-encoding that is not UTF-8");
  }
}
