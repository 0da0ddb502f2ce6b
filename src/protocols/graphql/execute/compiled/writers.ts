import { Names } from "../../../../plan/codec/codec.ts";
import { escapeText, writeText } from "../../../../plan/codec/text.ts";
import { TypedValue } from "../typed-value.ts";
import type { FieldPlan, SelectionPlan, Shape, WriteValue, Written } from "./plan.ts";

/**
 * Compiles what writes values of a shape as JSON text. The source is made of the definition's names alone: whatever a caller
 * named (aliases) is bound to it as a constant. It throws for whatever cannot be written so, and then the text is made with care.
 */
export function compileWriter(shape: Shape): WriteValue {
  const names = new Names();
  const source = new WriterSource(names);
  const body = `let value = parent; return ${source.value(shape, "value")}`;
  return names.compile(["parent", "run"], `${source.declared}${body}`) as WriteValue;
}

/** Thrown where a value is not as it should be: what is wrong with it is found out with care. */
const careful = new Error("This value must be written with care");

function refuse(): never {
  throw careful;
}

class WriterSource {
  readonly #names: Names;
  #variables = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /** Declares the variables that expressions use. */
  get declared(): string {
    const all = Array.from({ length: this.#variables }, (_, index) => `t${index}`);
    return all.length === 0 ? "" : `let ${all.join(", ")}; `;
  }

  /** An expression of the text of a value. */
  value(shape: Shape, stated: string): string {
    const value = `t${this.#variables++}`;
    const absent = shape.nonNull ? `${this.#names.bind("refuse", refuse)}()` : '"null"';
    return `((${value} = ${stated}) === null || ${value} === undefined ? ${absent} : ${this.#present(shape, value)})`;
  }

  #present(shape: Shape, value: string): string {
    const names = this.#names;
    switch (shape.kind) {
      case "leaf":
        return shape.codec.write(value, names);
      case "list":
        return `${names.bind("list", compileListWriter(shape.of))}(${value}, run)`;
      case "object":
        return `(typeof ${value} === "object" ? ${names.bind("object", compileSelection(shape.selection))}(${value}, run) : ${names.bind("refuse", refuse)}())`;
      case "abstract": {
        const byType = new Map([...shape.byType].map(([type, each]) => [type, compileSelection(each)]));
        return `${names.bind("abstract", abstractWriter(byType))}(${value}, run)`;
      }
    }
  }

  /** An expression of an object's text: the text between its values is constant. */
  object(selection: SelectionPlan): string {
    const parts: string[] = [];
    let text = "{";
    for (const [index, field] of selection.fields.entries()) {
      text += `${index === 0 ? "" : ","}${JSON.stringify(field.key)}:`;
      if (field.source.kind === "constant") text += field.source.text;
      else if (isPlainText(field.shape)) {
        // Their quotation marks stand in the constant text: a third of the pieces that must be put together.
        parts.push(this.#names.bind("text", `${text}"`), this.#escaped(field));
        text = '"';
      } else {
        parts.push(this.#names.bind("text", text), this.#field(field));
        text = "";
      }
    }
    return [...parts, this.#names.bind("text", `${text}}`)].join(" + ");
  }

  /** A text that is not null, without its quotation marks: it is looked at anyway, and refused if it is none. */
  #escaped({ source }: FieldPlan): string {
    if (source.kind !== "access") throw new TypeError("Texts are members");
    return `${this.#names.bind("escape", escapeText)}(${source.expression("parent", this.#names)})`;
  }

  #field({ source, shape }: FieldPlan): string {
    switch (source.kind) {
      case "access":
        return this.value(shape, source.expression("parent", this.#names));
      case "relation":
        return this.value(shape, `run.results[${source.relation.index}][at]`);
      case "constant":
      case "root":
        throw new TypeError("Constants and root fields are written elsewhere");
    }
  }
}

function isPlainText(shape: Shape): boolean {
  return shape.kind === "leaf" && shape.nonNull && shape.codec.write === writeText;
}

/** Each is compiled by itself, so that V8 knows one shape of object at each of its places. */
function compileSelection(selection: SelectionPlan): WriteValue {
  const names = new Names();
  const source = new WriterSource(names);
  const written = source.object(selection);
  const at = selection.level === null ? "" : `const at = run.next[${selection.level.index}]++; `;
  return names.compile(["parent", "run"], `${source.declared}${at}return ${written}`) as WriteValue;
}

function compileListWriter(of: Shape): WriteValue {
  const names = new Names();
  const source = new WriterSource(names);
  const written = source.value(of, "parent[index]");
  const isList = `if (!Array.isArray(parent)) ${names.bind("refuse", refuse)}(); `;
  const each = `for (let index = 0; index < parent.length; index++) text += (index === 0 ? "" : ",") + ${written}; `;
  return names.compile(
    ["parent", "run"],
    `${source.declared}${isList}let text = "["; ${each}return text + "]"`,
  ) as WriteValue;
}

function abstractWriter(byType: ReadonlyMap<string, WriteValue>): WriteValue {
  return (value: unknown, run: Written) => {
    const write = value instanceof TypedValue ? byType.get(value.type) : undefined;
    return write === undefined || !(value instanceof TypedValue) ? refuse() : write(value.value, run);
  };
}
