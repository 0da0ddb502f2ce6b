import { lowerFirst, upperFirst } from "../../base/casing.ts";
import { shown } from "./form.ts";
import type { Place } from "./place.ts";

/** Names go into paths, GraphQL, .proto files and tables: every form is what all of these take. */
const longest = 63;

interface Form {
  readonly pattern: RegExp;
  readonly words: string;
  readonly mended: (letters: string) => string;
}

/** The API's, a resource's, and those of fields, operations and other members. */
export type NameForm = "api" | "resource" | "member";

const forms: Readonly<Record<NameForm, Form>> = {
  api: {
    pattern: /^[a-z][a-z0-9_]*$/,
    words: "lower case letters, digits and _, with a letter first",
    mended: (letters) => letters.toLowerCase(),
  },
  resource: {
    pattern: /^[A-Z][A-Za-z0-9]*$/,
    words: "UpperCamelCase",
    mended: upperFirst,
  },
  member: {
    pattern: /^[a-z][A-Za-z0-9]*$/,
    words: "lowerCamelCase",
    mended: lowerFirst,
  },
};

/** Checks the form of a name; tells at `place`. */
export function checkName(name: unknown, what: string, form: NameForm, place: Place): void {
  const { pattern, words, mended } = forms[form];
  if (typeof name !== "string" || name === "") {
    place.tell(`has a ${what} that is ${shown(name)}`, `Write the ${what} as text in ${words}`);
  } else if (isDangerous(name)) {
    place.tell(`has the ${what} "${name}", which every JavaScript object has already`, "Choose another name");
  } else if (!pattern.test(name)) {
    const better = mended(camel(name));
    const example = pattern.test(better) ? `, such as ${better}` : "";
    place.tell(`has the ${what} ${shown(name)}, which is not in ${words}`, `Write it in ${words}${example}`);
  } else if (name.length > longest) {
    place.tell(`has a ${what} of ${name.length} characters`, `Choose one of ${longest} at most`);
  }
}

/** Whether a plain object has something under this name already. */
export function isDangerous(name: string): boolean {
  return name === "prototype" || Object.hasOwn(Object.prototype, name);
}

/** `blog-post` and `blog_post` to `blogPost`; what is no letter or digit goes. */
function camel(name: string): string {
  return name
    .replace(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/[^A-Za-z0-9]/g, "");
}

/** Names that were seen, to tell of the second one. */
export class Seen {
  readonly #places = new Map<string, string>();

  /** Where the name was seen before; null for a new one. */
  add(name: string, where: string): string | null {
    const before = this.#places.get(name);
    if (before === undefined) this.#places.set(name, where);
    return before ?? null;
  }
}
