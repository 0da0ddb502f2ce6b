import type { JsonObject } from "../../../base/json.ts";
import type { ApiPlan } from "../../../plan/api-plan.ts";
import type { Page } from "./page.ts";

/** What stands at the address of an error: for people, and for programs. */
export interface ErrorPage extends Page {
  readonly json: JsonObject;
}

/** The pages of every error that the API may answer with, by code, in order of the codes. They stand at `/errors/{CODE}`. */
export function errorPages(_plan: ApiPlan): ReadonlyMap<string, ErrorPage> {
  return new Map();
}

/** The page at `/errors`: all of them. */
export function errorIndex(_plan: ApiPlan): ErrorPage {
  return { html: "", csp: "", json: {} };
}
