import type { JsonObject } from "../../../base/json.ts";
import { listAt, type OpenApiDocument } from "./document.ts";

/** The parameters of an operation that the page shows: the address names the version already. */
export function shownParameters(document: OpenApiDocument, operation: JsonObject): readonly JsonObject[] {
  return listAt(operation, "parameters")
    .map((each) => document.resolve(each))
    .filter((parameter) => parameter["name"] !== "API-Version");
}
