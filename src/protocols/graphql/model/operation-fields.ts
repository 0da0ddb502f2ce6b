import { upperFirst } from "../../../base/casing.ts";
import type { Member } from "../../../plan/codec/member.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { t } from "../../../schema/t.ts";
import { type Connections, pageArguments } from "./connections.ts";
import { deprecation } from "./deprecation.ts";
import { usualDescription } from "./descriptions.ts";
import { connectionName, fieldName, placeOf } from "./field-name.ts";
import { inListTerms, operationReader } from "./input-arguments.ts";
import type { Payloads } from "./payloads.ts";
import { memberOwner } from "./row-fields.ts";
import type { RowType, RowTypes } from "./row-types.ts";
import { scalars } from "./scalars.ts";
import type { SchemaScope } from "./schema-scope.ts";
import {
  type Answer,
  type ArgumentModel,
  type Arguments,
  type FieldModel,
  InputModel,
  listOf,
  nonNull,
  type ObjectModel,
  type OperationBinding,
  type PayloadModel,
  type TypeReference,
  type ValueBinding,
  withNull,
} from "./schema-types.ts";
import { leaf, type OutputValue, type ValueTypes } from "./value-types.ts";

/** What root fields are made with. */
export interface OperationParts {
  readonly scope: SchemaScope;
  readonly rows: RowTypes;
  readonly values: ValueTypes;
  readonly connections: Connections;
  readonly payloads: Payloads;
}

/** Makes the fields of operations. Most have one; lists have a connection as well. */
export class OperationFields {
  readonly #parts: OperationParts;
  /** What a batch of rows to be consists of, by resource. */
  readonly #creating: Map<string, InputModel>;

  constructor(parts: OperationParts) {
    this.#parts = parts;
    this.#creating = new Map();
  }

  add(root: ObjectModel, contract: OperationContract): void {
    const name = fieldName(contract);
    this.#addField(root, contract, { name, ...this.#answer(contract, name) });
    if (contract.plan.output !== "page") return;
    const row = this.#rowOf(contract);
    const connection = this.#parts.connections.of(row);
    this.#addField(root, contract, {
      name: connectionName(row.view.plural),
      type: nonNull(connection),
      answer: { kind: "connection", type: connection, page: row.handledPage ?? row.page },
      payload: null,
    });
  }

  #addField(
    root: ObjectModel,
    contract: OperationContract,
    { name, type, answer, payload }: AnswerType & { readonly name: string },
  ): void {
    const { operation, output } = contract.plan;
    const binding: OperationBinding = {
      kind: "operation",
      contract,
      read: this.#reader(contract),
      reword: output === "page" ? inListTerms : null,
      answer,
      payload,
    };
    const field: FieldModel = {
      name,
      type,
      arguments: this.#arguments(contract, name),
      ...deprecation(operation.description ?? usualDescription(contract), operation.deprecated),
      binding,
    };
    this.#parts.scope.addField(root, field, placeOf(contract));
  }

  #answer(contract: OperationContract, name: string): AnswerType {
    const { operation } = contract.plan;
    const { type, value, answer } = this.#output(contract, name);
    // A query that fails leaves what else is asked for; what is changed is changed one by one, and is there or has failed.
    const mayFail = operation.sort === "query" && answer.kind === "value";
    const payload =
      operation.graphql?.errors === "payload"
        ? this.#parts.payloads.of(contract, name, { type, value }, placeOf(contract))
        : null;
    if (payload === null) return { type: withNull(type, mayFail || !type.nonNull), answer, payload };
    const isEmpty = !type.nonNull && (value.kind === "row" || value.kind === "object");
    return { type: withNull(nonNull(payload.union), mayFail || isEmpty), answer, payload };
  }

  #output(contract: OperationContract, name: string): OutputValue & { readonly answer: Answer } {
    const { operation, output } = contract.plan;
    if (operation.output === null)
      return { type: nonNull(scalars.Boolean), value: done, answer: { kind: "nothing" } };
    if (output === "page" || output === "rows") {
      const { type, handledPage, page: storedPage, view } = this.#rowOf(contract);
      const page = handledPage ?? storedPage;
      const value = { kind: "list", element: { kind: "row", type, view }, nullable: false } as const;
      if (output === "page") return { type: listOf(type), value, answer: { kind: "list", type, page } };
      const of = operation.method === "batchCreate" ? view.plural : "ids";
      const most = view.resource.definition.batchMax;
      return { type: listOf(type), value, answer: { kind: "rows", type, of, most } };
    }
    const owner = { name: resultName(contract, name), place: `${placeOf(contract)}.output` };
    const { type, value } = this.#parts.values.output(operation.output, owner);
    return { type, value, answer: { kind: "value", value } };
  }

  #reader(contract: OperationContract): (values: Arguments) => Input {
    const read = operationReader(contract);
    const handled = contract.plan.output === "page" ? this.#rowOf(contract).handledPage : null;
    return handled === null ? read : (values) => handled.read(values, read);
  }

  #rowOf({ outputView }: OperationContract): RowType {
    if (outputView === null) throw new TypeError("Only rows come in lists of their own");
    return this.#parts.rows.of(outputView.resource.name);
  }

  #arguments(contract: OperationContract, name: string): readonly ArgumentModel[] {
    const { input, plan, view } = contract;
    const { method, on } = plan.operation;
    if (plan.output === "page") return pageArguments(this.#rowOf(contract).page);
    if (method === "batchCreate" && view !== null) return [this.#batchArgument(contract)];
    const arguments_: ArgumentModel[] = input.takesId ? [idArgument] : [];
    for (const member of input.members) arguments_.push(this.#argument(contract, member, name));
    const changesRow = method === "update" || method === "replace" || method === "delete";
    if (changesRow && on?.definition.stored === true)
      arguments_.push(versionArgument(on.definition.requireMatch));
    return arguments_;
  }

  #argument(contract: OperationContract, member: Member, name: string): ArgumentModel {
    const { view, plan } = contract;
    const { method } = plan.operation;
    const { wire, field } = member;
    if (view !== null && (method === "create" || method === "update" || method === "replace"))
      return this.#parts.values.argument(wire, field, memberOwner(view, member), method === "update");
    return this.#parts.values.argument(wire, field, {
      name: `${upperFirst(name)}${upperFirst(wire)}`,
      place: `${placeOf(contract)}.input.${wire}`,
    });
  }

  #batchArgument({ view }: OperationContract): ArgumentModel {
    if (view === null) throw new TypeError("A batch is of a resource's rows");
    return {
      name: view.plural,
      // GraphQL has no types without fields.
      type: listOf(view.rowReader.members.length === 0 ? scalars.JSON : this.#creatingRow(view)),
      default: undefined,
      description: `${view.resource.definition.batchMax} at most; all are made, or none.`,
      deprecated: null,
    };
  }

  #creatingRow(view: ResourceView): InputModel {
    const { name } = view.resource;
    const known = this.#creating.get(name);
    if (known !== undefined) return known;
    const input = this.#parts.scope.add(new InputModel(`Create${name}Input`), name);
    input.fields = view.rowReader.members.map((member) =>
      this.#parts.values.argument(member.wire, member.field, memberOwner(view, member)),
    );
    this.#creating.set(name, input);
    return input;
  }
}

/** `SearchPostsResult`; what watching a resource tells is `PostChange`. */
function resultName({ plan: { operation } }: OperationContract, name: string): string {
  const { method, on } = operation;
  return method === "watch" && on !== null ? `${on.name}Change` : `${upperFirst(name)}Result`;
}

interface AnswerType {
  readonly type: TypeReference;
  readonly answer: Answer;
  readonly payload: PayloadModel | null;
}

/** `true`, of an operation that answers nothing. */
const done: ValueBinding = leaf(t.boolean());

const idArgument: ArgumentModel = {
  name: "id",
  type: nonNull(scalars.ID),
  default: undefined,
  description: null,
  deprecated: null,
};

function versionArgument(isRequired: boolean): ArgumentModel {
  return {
    name: "ifVersion",
    type: withNull(nonNull(scalars.Int), !isRequired),
    default: undefined,
    description: "The `rowVersion` that was seen: PRECONDITION_FAILED if the row has changed since.",
    deprecated: null,
  };
}
