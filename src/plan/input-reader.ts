import type { AnyOperation } from "../define/definition.ts";
import { listInput } from "../define/standard.ts";
import { Field, type Fields } from "../schema/field.ts";
import { keyOf } from "../schema/key-of.ts";
import type { Codec, Names } from "./codec/codec.ts";
import { compileCodec, type RowCodecs } from "./codec/compile.ts";
import { listCodec } from "./codec/list.ts";
import { Member } from "./codec/member.ts";
import { type Input, type InputForm, ObjectReader } from "./codec/object-reader.ts";
import { idCodec } from "./codec/text.ts";
import { Violations } from "./codec/violations.ts";
import { parseOrder } from "./filter/order.ts";
import { parseFilter } from "./filter/parse.ts";
import { translateFilter, translateOrder } from "./filter/translate.ts";
import type { ResourceView } from "./resource-view.ts";

/** Reads the input of one operation, as one version of the contract has it. */
export class InputReader {
  /** The members of the input, the id of the item aside. */
  readonly members: readonly Member[];
  /** Whether the operation is about one row, whose id the input holds. */
  readonly takesId: boolean;
  readonly #reader: ObjectReader;
  readonly #finish: (input: Input) => void;

  constructor(operation: AnyOperation, view: ResourceView | null, rows: RowCodecs) {
    this.#reader = objectReader(operation, view, rows);
    this.members = this.#reader.members;
    this.takesId = operation.scope === "item";
    const takesFilter = operation.method === "list" || operation.method === "watch";
    this.#finish = takesFilter && view !== null ? (input) => finishList(input, view) : () => undefined;
  }

  /** Reads values of members (and `id`, where it is taken); throws INVALID_INPUT with every violated rule. */
  read(source: unknown, form: InputForm, id: unknown): Input {
    const violations = new Violations();
    const input = this.#reader.read(source, form, "", violations);
    if (this.takesId) input["id"] = ids.check(id, "id", violations);
    if (violations.any) throw violations.toError();
    this.#finish(input);
    return input;
  }

  /** Reads an input of calls in this process: the id, and the version that the row must have, stand among the members. */
  check(source: Readonly<Record<string, unknown>>): Input {
    const { id, ifVersion, ...members } = source;
    const input = this.read(this.takesId ? members : source, "check", id);
    if (this.takesId && ifVersion !== undefined) input["ifVersion"] = ifVersion;
    return input;
  }
}

/** Reads what a list takes, of a list that is no operation of its own: the rows that refer to another. */
export class ListReader {
  readonly #reader: ObjectReader;
  readonly #view: ResourceView;

  constructor(view: ResourceView) {
    this.#reader = new ObjectReader(
      toMembers(listInput, () => {
        throw new TypeError("A list takes no rows");
      }),
      "operation",
    );
    this.#view = view;
  }

  /** Filter and order are put into today's names. Throws INVALID_INPUT with every violated rule, or INVALID_FILTER. */
  read(source: unknown, form: InputForm): Input {
    const violations = new Violations();
    const input = this.#reader.read(source, form, "", violations);
    if (violations.any) throw violations.toError();
    finishList(input, this.#view);
    return input;
  }
}

const ids: Codec = idCodec();

function objectReader(operation: AnyOperation, view: ResourceView | null, rows: RowCodecs): ObjectReader {
  const { method } = operation;
  if (view !== null && (method === "create" || method === "replace")) return view.rowReader;
  if (view !== null && method === "update") return view.patchReader;
  if (view !== null && method === "batchCreate")
    return new ObjectReader([batchMember(operation.input, view)], "operation");
  return new ObjectReader(toMembers(operation.input, rows), "operation");
}

/** The members of an object of fields, under their own names in all versions. */
export function toMembers(fields: Fields, rows: RowCodecs): readonly Member[] {
  return Object.entries(fields).map(([name, field]) => {
    const key = keyOf(name, field);
    return new Member(key, key, field, compileCodec(field, rows));
  });
}

/** The rows of a batch stand under the resource's plural, as in lists: `{"users":[...]}`. */
function batchMember(fields: Fields, view: ResourceView): Member {
  const items = fields["items"];
  if (items?.shape.kind !== "list") throw new TypeError("A batch has a list of items");
  const row: Codec = {
    fromJson: (value, path, violations) => view.rowReader.read(value, "fromJson", path, violations),
    fromText: (value, path, violations) => view.rowReader.read(value, "fromJson", path, violations),
    check: (value, path, violations) => view.rowReader.read(value, "check", path, violations),
    fromTyped: (value, path, violations) => view.rowReader.read(value, "fromTyped", path, violations),
    write: (value, names: Names) => `${names.bind("row", view.writer.write)}(${value})`,
  };
  return new Member("items", view.plural, new Field(items.shape, {}, []), listCodec(items.shape, row));
}

/** Filters and orders are checked here, in the version's names, and put into today's. */
function finishList(input: Input, view: ResourceView): void {
  const { filter, orderBy } = input;
  if (typeof filter === "string") {
    parseFilter(filter, view.filterable);
    if (view.translated) input["filter"] = translateFilter(filter, view.filterable);
  }
  if (typeof orderBy === "string") {
    parseOrder(orderBy, view.filterable);
    if (view.translated) input["orderBy"] = translateOrder(orderBy, view.filterable);
  }
}
