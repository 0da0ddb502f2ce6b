import type { Encoding } from "../../../cache/entry.ts";
import type { Call } from "../../../invoke/call.ts";
import type { Invocation } from "../../../invoke/compile.ts";
import { SharedChange } from "../../../invoke/watch/shared-change.ts";
import { encodeMessage, type PreparedMessage } from "../../../net/index.ts";
import type { RequestSeries } from "../../../observe/request-series.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { rowVersion } from "../../../schema/table.ts";
import type { RpcId } from "./rpc-request.ts";
import { nextText } from "./rpc-text.ts";
import { invalid, type Members, when } from "./violation.ts";

/** An operation of a version, as it is called. */
export class RpcMethod {
  readonly contract: OperationContract;
  readonly invocation: Invocation;
  readonly series: RequestSeries;
  readonly isStream: boolean;
  /** Whether `ifVersion` may say which version the row must have: of methods that write the one row that they are about. */
  readonly takesVersion: boolean;
  /** Whether it must be said. */
  readonly demandsVersion: boolean;

  constructor(contract: OperationContract, invocation: Invocation, series: RequestSeries) {
    this.contract = contract;
    this.invocation = invocation;
    this.series = series;
    this.isStream = contract.plan.operation.sort === "subscription";
    this.takesVersion = takesVersion(contract);
    this.demandsVersion = demandsVersion(contract);
  }

  /** Reads `params`. Throws INVALID_INPUT with every violated rule. */
  read(params: Members): Input {
    const { input } = this.contract;
    if (!input.takesId) return input.read(params, "fromJson", undefined);
    const { id, ...others } = params;
    if (!this.takesVersion) return input.read(others, "fromJson", id);
    const { ifVersion, ...members } = others;
    const read = input.read(members, "fromJson", id);
    if (ifVersion !== undefined) read["ifVersion"] = readVersion(ifVersion);
    return read;
  }

  /** The answer as JSON text; a cached one was written when it was first asked for. */
  write(value: unknown, { entry }: Call): string {
    const { write } = this.contract;
    if (write === null) return "null";
    if (entry === null) return write(value);
    const known = entry.encoding(this.contract, WrittenText);
    if (known !== null) return known.text;
    const text = write(value);
    entry.attach(new WrittenText(this.contract, text));
    return text;
  }

  /** The message with one value of a stream: a change that many are told is written once, and encoded once for all streams of the same id. */
  nextMessage(stream: RpcId, value: unknown): string | PreparedMessage {
    const { write } = this.contract;
    if (write === null) return nextText(stream, "null");
    if (!(value instanceof SharedChange)) return nextText(stream, write(value));
    const known = value.encoding(this.contract, WrittenChange);
    if (known !== null) return known.message(stream);
    const written = new WrittenChange(this.contract, write(value));
    value.attach(written);
    return written.message(stream);
  }

  /** What goes with an answer: the version of a row. */
  meta(value: unknown): string | null {
    if (this.contract.plan.output !== "row") return null;
    const version = (value as { readonly [rowVersion]?: number } | null)?.[rowVersion];
    return version === undefined ? null : `{"version":${version}}`;
  }
}

/** Whether an operation is called over JSON-RPC: one message has one input, so that there is no room in it for many. */
export function isCallable({ messages }: OperationContract): boolean {
  return messages === null;
}

export function takesVersion({ plan }: OperationContract): boolean {
  const { method } = plan.operation;
  return method === "update" || method === "replace" || method === "delete";
}

export function demandsVersion(contract: OperationContract): boolean {
  return takesVersion(contract) && contract.plan.operation.on?.definition.requireMatch === true;
}

/** What would be ignored here would let a change overwrite another's. */
function readVersion(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw invalid(
    when(
      true,
      "ifVersion",
      "type",
      "must be a whole number, 1 or more",
      "Send meta.version of the row's answer, or leave it out",
    ),
  );
}

class WrittenText implements Encoding {
  readonly by: object;
  readonly text: string;
  readonly bytes: number;

  constructor(by: object, text: string) {
    this.by = by;
    this.text = text;
    this.bytes = text.length;
  }
}

/** Ids of streams that messages are kept for: one client's program opens its streams under the same few, wherever it runs. */
const keptIds = 16;

/** A change as those are told of it who watch by this contract. */
class WrittenChange implements Encoding {
  readonly by: object;
  readonly bytes: number;
  readonly #text: string;
  readonly #messages: Map<RpcId, PreparedMessage>;

  constructor(by: object, text: string) {
    this.by = by;
    this.bytes = text.length;
    this.#text = text;
    this.#messages = new Map();
  }

  message(stream: RpcId): string | PreparedMessage {
    const known = this.#messages.get(stream);
    if (known !== undefined) return known;
    const text = nextText(stream, this.#text);
    if (this.#messages.size >= keptIds) return text;
    const message = encodeMessage(text);
    this.#messages.set(stream, message);
    return message;
  }
}
