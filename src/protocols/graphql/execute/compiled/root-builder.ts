import type { FieldNode, OperationDefinitionNode } from "graphql";
import type { Invocation } from "../../../../invoke/compile.ts";
import type { Invoker } from "../../../../invoke/invoker.ts";
import type { OperationContract } from "../../../../plan/operation-contract.ts";
import type { Columns } from "../../../../store/store.ts";
import type {
  Answer,
  FieldModel,
  NodeBinding,
  NodesBinding,
  ObjectModel,
  OperationBinding,
} from "../../model/schema-types.ts";
import { partCodecs } from "./accesses.ts";
import { constant, leafCodec, locationsOf, NotCompiled, type SelectionBuilder } from "./builder.ts";
import { ColumnsOfRow } from "./columns.ts";
import { LazyCompleter } from "./lazy-completer.ts";
import type { FieldPlan, OperationPlan, OperationSource, RootPlan, RootSource, Shape } from "./plan.ts";
import { levelsOf, spreadOf } from "./spread.ts";

/** Builds the plan of an operation's root. */
export class RootBuilder {
  readonly #builder: SelectionBuilder;
  readonly #invoker: Invoker;

  constructor(builder: SelectionBuilder, invoker: Invoker) {
    this.#builder = builder;
    this.#invoker = invoker;
  }

  plan(root: ObjectModel, { operation, selectionSet }: OperationDefinitionNode): OperationPlan {
    const isSerial = operation === "mutation";
    const { selections } = selectionSet;
    // As the document states it: a key that stands for one call today must not mean another when a condition changes.
    const isSingle = selections.length === 1 && selections[0]?.kind === "Field";
    const groups = [...this.#builder.collect(root, [selectionSet])];
    const roots = groups.map(([key, nodes], index) => {
      const [node] = nodes;
      if (node === undefined) throw new NotCompiled();
      const keyed = isSerial && !isSingle ? key : null;
      return this.#root({ root, key, index, node, nodes, keyed });
    });
    const { levels, relations } = this.#builder;
    const isOfEntry = !isSerial && relations === 0 && roots.length === 1 && isValue(roots[0]?.source);
    return { roots, isOfEntry, isSerial, levels, relations };
  }

  #root(options: RootOptions): RootPlan {
    const { root, key, index, node, nodes } = options;
    const name = node.name.value;
    const common = { key, coordinate: `${root.name}.${name}`, locations: locationsOf(nodes) };
    if (name === "__typename") return constantRoot(common, index, root.name);
    // Introspection is the reference executor's.
    if (name.startsWith("__")) throw new NotCompiled();
    const model = this.#builder.model(root, name);
    const { binding } = model;
    if (binding.kind === "constant") return constantRoot(common, index, binding.value);
    const { source, shape } = this.#source(model, options);
    return {
      index,
      field: { ...common, source: { kind: "root" }, shape },
      source,
      spread: spreadOf(shape),
      levels: levelsOf(shape),
      completer: new LazyCompleter(shape),
    };
  }

  #source(model: FieldModel, options: RootOptions): { source: RootSource; shape: Shape } {
    const { binding } = model;
    if (binding.kind === "operation") return this.#operation(binding, model, options);
    if (binding.kind === "node" || binding.kind === "nodes") return this.#nodes(binding, model, options);
    throw new NotCompiled();
  }

  #operation(
    binding: OperationBinding,
    model: FieldModel,
    { root, node, nodes, keyed }: RootOptions,
  ): { source: OperationSource; shape: Shape } {
    const rows = new ColumnsOfRow();
    const shape = this.#builder.shape(model.type, answerCodec(binding.answer), nodes, rows);
    const { contract } = binding;
    const source: OperationSource = {
      kind: "operation",
      binding,
      invocation: this.#invocation(contract),
      read: this.#builder.arguments(root, node),
      reading: readingOf(contract, binding, rows.columns),
      keyed,
    };
    return { source, shape };
  }

  #nodes(
    binding: NodeBinding | NodesBinding,
    model: FieldModel,
    { root, node, nodes }: RootOptions,
  ): { source: RootSource; shape: Shape } {
    const rows = new ColumnsOfRow();
    const shape = this.#builder.shape(model.type, null, nodes, rows);
    const targets = binding.targets.map((target) => ({
      target,
      invocation: this.#invocation(target.get),
      // Which of them has the row is not known: each reads all.
      reading: target.get.plan.operation.handle === null ? {} : null,
    }));
    const most = binding.kind === "nodes" ? binding.most : 1;
    return {
      source: { kind: binding.kind, targets, read: this.#builder.arguments(root, node), most },
      shape,
    };
  }

  #invocation({ plan }: OperationContract): Invocation {
    const invocation = this.#invoker.invocation(plan.operation);
    if (invocation === null) throw new NotCompiled();
    return invocation;
  }
}

interface RootOptions {
  readonly root: ObjectModel;
  readonly key: string;
  readonly index: number;
  readonly node: FieldNode;
  readonly nodes: readonly FieldNode[];
  readonly keyed: string | null;
}

function constantRoot(
  common: Pick<FieldPlan, "key" | "coordinate" | "locations">,
  index: number,
  value: string,
): RootPlan {
  const source = constant(value);
  const shape: Shape = { kind: "leaf", codec: partCodecs.text, nonNull: true };
  return {
    index,
    field: { ...common, source, shape },
    source,
    spread: null,
    levels: [],
    completer: new LazyCompleter(shape),
  };
}

/** Whether it is what an operation answers, whatever its arguments are: a page depends on them. */
function isValue(source: RootSource | undefined): boolean {
  return source?.kind === "operation" && source.binding.answer.kind === "value";
}

function answerCodec(answer: Answer): ReturnType<typeof leafCodec> {
  if (answer.kind === "nothing") return partCodecs.boolean;
  return answer.kind === "value" ? leafCodec(answer.value) : null;
}

/** The store's own reads join, and read what is selected. */
function readingOf(
  { plan: { operation } }: OperationContract,
  { payload }: OperationBinding,
  columns: Columns,
): OperationSource["reading"] {
  const { handle, method } = operation;
  if (handle !== null || (method !== "get" && method !== "list" && method !== "batchGet")) return null;
  return payload === null ? { columns } : {};
}
