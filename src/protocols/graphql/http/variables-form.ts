/** Longer contents are parsed. In characters. */
const longest = 4 * 1024;
/** More variables than most documents have. */
const mostVariables = 16;

/** What follows a query that comes with variables, none of which is more than a text. */
const statedForm = /^,"variables":\{(?:"[_A-Za-z]\w*":"[^"\\\0-\x1f]*"(?:,(?!\})|(?=\})))+\}\}$/;
const statedVariable = /"([_A-Za-z]\w*)":"[^"\\\0-\x1f]*"/g;

/** What stands in a text that JSON does not state as it is: it is to be parsed. */
const special = /[\\\0-\x1f]/;

/**
 * How the variables of a query were stated, where all of them are texts: clients state them in the same way the next time, and only the
 * texts are others. They are cut out of the content then, where `JSON.parse` would take five times as long.
 */
export class VariablesForm {
  readonly #names: readonly string[];
  /** What stands before each text, the quotation mark included. */
  readonly #before: readonly string[];

  private constructor(names: readonly string[]) {
    this.#names = names;
    this.#before = names.map((name, index) => `${index === 0 ? ',"variables":{' : ","}"${name}":"`);
  }

  /** That of what follows the query of a content from `at` on; null for any other. */
  static of(text: string, at: number): VariablesForm | null {
    if (text.length > longest) return null;
    const stated = text.slice(at);
    if (!statedForm.test(stated)) return null;
    const names = Array.from(stated.slice(opening.length).matchAll(statedVariable), ([, name = ""]) => name);
    // What is stated twice is refused, and what is inherited is not assigned.
    if (names.length > mostVariables || new Set(names).size < names.length || names.includes("__proto__"))
      return null;
    return new VariablesForm(names);
  }

  /** The variables that follow a query in a content; null where they are stated in another way. `text` is what `bytes` say. */
  read(text: string, from: number, bytes: Buffer): Readonly<Record<string, string>> | null {
    // In ASCII a character is a byte.
    if (text.length > longest || text.length !== bytes.length) return null;
    const variables: Record<string, string> = {};
    let at = from;
    for (let index = 0; index < this.#names.length; index++) {
      const before = this.#before[index] ?? "";
      if (!text.startsWith(before, at)) return null;
      at += before.length;
      const end = text.indexOf('"', at);
      if (end < 0) return null;
      // A slice of the text would keep all of it, and cost more whenever it is compared.
      const value = bytes.toString("latin1", at, end);
      if (special.test(value)) return null;
      variables[this.#names[index] ?? ""] = value;
      at = end + 1;
    }
    return text.length === at + 2 && text.endsWith("}}") ? variables : null;
  }
}

const opening = ',"variables":{';
