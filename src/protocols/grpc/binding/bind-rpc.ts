import type { AnyOperation } from "../../../define/definition.ts";
import type { VersionPlan } from "../../../plan/api-plan.ts";
import type { Mistakes } from "../../../plan/mistakes.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { IsServed } from "../model/build.ts";
import { ProtoMessage, type ProtoMethod } from "../model/proto-file.ts";
import { empty } from "../protobuf/well-known.ts";
import type { BoundMessage } from "./bound-message.ts";
import { answerTargets, type RowsInVersion, requestTargets } from "./bound-targets.ts";
import type { FieldNames } from "./field-names.ts";
import { MessageBinder } from "./message-binder.ts";
import type { Targets } from "./target.ts";
import { rowTargets } from "./target.ts";

/** An rpc, and the operation that it calls. */
export interface BoundRpc {
  readonly contract: OperationContract;
  readonly service: string;
  /** With the messages as they are bound. */
  readonly method: ProtoMethod;
  readonly request: BoundMessage;
  /** The answer is rows, each a message: all of them, one page after the other. */
  readonly streamsRows: boolean;
}

/** What an rpc is bound with. */
export interface BindRpcOptions {
  readonly service: string;
  readonly method: ProtoMethod;
  /** `UserService.GetUser` */
  readonly name: string;
  readonly operation: AnyOperation;
  readonly names: FieldNames;
  readonly version: VersionPlan;
  /** `examples/blog/user.proto` */
  readonly place: string;
  readonly isServed: IsServed;
  readonly mistakes: Mistakes;
}

/** Binds an rpc. Null where they do not fit, which is told of. */
export function bindRpc(options: BindRpcOptions): BoundRpc | null {
  const { operation, version, place, name, mistakes, service, method, isServed } = options;
  const contract = version.contracts.find(({ plan }) => plan.operation === operation);
  const at = `${place}, ${name}`;
  if (contract === undefined || !isServed(contract)) {
    const why = contract === undefined ? `is not in version ${version.name}` : "is not served";
    mistakes.add(at, `calls "${operation.name}", which ${why}`, "Bind another operation, or refuse the rpc");
    return null;
  }
  const streamsRows = isRows(contract) && method.streamsOutput;
  if (!fitsStreams(contract, options, streamsRows)) return null;
  const count = mistakes.list.length;
  const request = bindRequest(contract, options);
  const output = bindAnswer(contract, options, streamsRows);
  if (mistakes.list.length > count || request === null || output === null) return null;
  const isSafe = method.isSafe && operation.sort === "query";
  return {
    contract,
    service,
    method: { ...method, input: request.message, output, isSafe },
    request,
    streamsRows,
  };
}

function isRows({ plan }: OperationContract): boolean {
  return plan.output === "page" || plan.output === "rows";
}

/** Whether both send once or many times, to either side. */
function fitsStreams(
  contract: OperationContract,
  { method, place, name, operation, mistakes }: BindRpcOptions,
  streamsRows: boolean,
): boolean {
  const at = `${place}, ${name}`;
  const count = mistakes.list.length;
  const takes = contract.messages !== null;
  if (method.streamsInput !== takes)
    mistakes.add(
      at,
      takes
        ? `takes one message, and ${operation.name} many`
        : `takes a stream of messages, and ${operation.name} one input`,
      takes ? "Bind an operation without messages" : "Bind a command or a subscription with messages",
    );
  const answersMany = operation.sort === "subscription";
  if (method.streamsOutput && !answersMany && !streamsRows)
    mistakes.add(
      at,
      `answers a stream, and ${operation.name} once`,
      "Bind a subscription, or the list of a resource",
    );
  if (!method.streamsOutput && answersMany)
    mistakes.add(at, `answers once, and ${operation.name} a stream`, "Bind a query or a command");
  return mistakes.list.length === count;
}

function bindRequest(contract: OperationContract, options: BindRpcOptions): BoundMessage | null {
  const { method, mistakes, place, name } = options;
  const targets = requestTargets(contract);
  const { input } = method;
  // Empty has no field, and says so as any message without fields does.
  if (input === empty) return binderOf(options, false).bind(new ProtoMessage(empty.name), targets);
  if (input instanceof ProtoMessage) return binderOf(options, false).bind(input, targets);
  mistakes.add(`${place}, ${name}`, `takes ${input.name}, which has no fields of its own`, refuse);
  return null;
}

const refuse = "Refuse the rpc, or give it a message of its own";

function bindAnswer(
  contract: OperationContract,
  options: BindRpcOptions,
  streamsRows: boolean,
): ProtoMethod["output"] | null {
  const { method, mistakes, place, name } = options;
  const { output } = method;
  if (output === empty) return empty;
  if (!(output instanceof ProtoMessage)) {
    mistakes.add(`${place}, ${name}`, `answers ${output.name}, which has no fields of its own`, refuse);
    return null;
  }
  const { message } = binderOf(options, true).bind(
    output,
    answerTargets(contract, streamsRows, rowsOf(options.version)),
  );
  const hasToken = message.fields.some(({ property }) => property === "nextPageToken");
  if (contract.plan.output === "page" && !streamsRows && !hasToken)
    mistakes.add(
      `${place}, ${name}`,
      "answers one page, and nobody could ask for the next one",
      "Give it page_token and next_page_token, answer a stream, or bind a query that answers all",
    );
  return message;
}

function binderOf(options: BindRpcOptions, isAnswer: boolean): MessageBinder {
  const { names, version, place, operation, mistakes } = options;
  const contract = version.contracts.find(({ plan }) => plan.operation === operation);
  return new MessageBinder({
    isAnswer,
    names,
    rows: rowsOf(version),
    place,
    operation: contract?.plan.id ?? operation.name,
    mistakes,
  });
}

/** The rows of a version's resources. */
function rowsOf(version: VersionPlan): RowsInVersion {
  const made = new Map<string, Targets>();
  return (resource) => {
    const known = made.get(resource);
    if (known !== undefined) return known;
    const view = version.resources.find((each) => each.resource.name === resource);
    if (view === undefined) throw new TypeError(`${resource} is not in version ${version.name}`);
    const targets = rowTargets(view);
    made.set(resource, targets);
    return targets;
  };
}
