import { frameworkErrors } from "../../errors/codes.ts";
import type { AnyErrorDefinition } from "../../errors/error.ts";
import { errorKinds } from "../../errors/kinds.ts";
import { checkText, isErrorDefinition, isObject, listOf, shown } from "./form.ts";
import { checkName } from "./names.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";

/** Checks that a list holds errors; the errors themselves are checked once for the whole API. */
export function checkErrors(errors: unknown, place: Place): void {
  for (const [index, each] of listOf(errors, place.in("errors"), "Write [EmailTaken]").entries()) {
    if (!isErrorDefinition(each))
      place.in("errors").item(index).tell("is not an error", "Make it with error(code, options)");
  }
}

/** Checks every error of an API, each once: its form, and that its code means one thing. */
export function checkErrorDefinitions(found: ReadonlySet<AnyErrorDefinition>, place: Place): void {
  const byCode = new Map<string, AnyErrorDefinition>();
  for (const definition of found) {
    const at = place.other(
      `error ${typeof definition.code === "string" ? definition.code : shown(definition.code)}`,
    );
    at.guard(() => checkError(definition, at));
    if (byCode.has(definition.code))
      at.tell("is the code of two different errors", "Define it once and use it everywhere, or rename one");
    byCode.set(definition.code, definition);
  }
}

function checkError({ code, kind, details, message, description }: AnyErrorDefinition, place: Place): void {
  checkCode(code, place);
  if (typeof kind !== "string" || !Object.hasOwn(errorKinds, kind))
    place.tell(
      `has the kind ${shown(kind)}, which is not in the table`,
      suggest(String(kind), Object.keys(errorKinds)),
    );
  checkText(message, place, "message");
  checkText(description, place, "description");
  if (!isObject(details)) {
    place.tell("has details that are no object", "Write { email: t.email() }");
    return;
  }
  for (const [name, type] of Object.entries(details)) {
    checkName(name, "name", "member", place.in(name));
    if (!isObject(type)) place.in(name).tell("is not a type", "Make it with t, such as t.string()");
  }
}

function checkCode(code: unknown, place: Place): void {
  if (typeof code !== "string" || !/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(code)) {
    place.tell(`has the code ${shown(code)}, which is not in UPPER_SNAKE_CASE`, codeMend(code));
  } else if (code.length > 63) {
    place.tell(`has a code of ${code.length} characters`, "Choose one of 63 at most (AIP-193)");
  } else if (Object.hasOwn(frameworkErrors, code)) {
    place.tell("has a code that fourfold itself raises", "Choose another code");
  }
}

function codeMend(code: unknown): string {
  const better = String(typeof code === "string" ? code : "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toUpperCase();
  return /^[A-Z]/.test(better) ? `Write it as ${better}` : "Write it as EMAIL_TAKEN, for example";
}
