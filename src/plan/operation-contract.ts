import { createHash } from "node:crypto";
import type { RowCodecs } from "./codec/compile.ts";
import type { InputReader } from "./input-reader.ts";
import type { MessageReader } from "./message-reader.ts";
import type { OperationPlan } from "./operation-plan.ts";
import type { ResourceView } from "./resource-view.ts";
import type { WriteRow } from "./row-writer.ts";
import { valueWriter } from "./value-writer.ts";

/** An operation as one version of the contract has it: another contract for the same plan, and the same handler. */
export class OperationContract {
  readonly plan: OperationPlan;
  /** The version's name. */
  readonly version: string;
  /** The operation's resource in this version. */
  readonly view: ResourceView | null;
  /** The resource whose rows are answered, in this version. */
  readonly outputView: ResourceView | null;
  readonly input: InputReader;
  /** Reads each message; null for an operation that takes one input. */
  readonly messages: MessageReader | null;
  /** Writes the answer as JSON text; null for an operation that answers nothing. */
  readonly write: ((value: unknown) => string) | null;
  /** Tells this contract's representations from those of others. */
  readonly fingerprint: string;

  constructor(options: {
    plan: OperationPlan;
    version: string;
    view: ResourceView | null;
    outputView: ResourceView | null;
    input: InputReader;
    messages: MessageReader | null;
    rows: RowCodecs;
  }) {
    this.plan = options.plan;
    this.version = options.version;
    this.view = options.view;
    this.outputView = options.outputView;
    this.input = options.input;
    this.messages = options.messages;
    this.write = toWriter(options.plan, options.outputView, options.rows);
    this.fingerprint =
      options.outputView?.writer.fingerprint ??
      createHash("sha256").update(`${options.version} ${options.plan.id}`).digest("base64url").slice(0, 6);
  }

  /** Writes rows of a page or a batch by a writer of single rows. */
  writeList(value: unknown, row: WriteRow): string {
    return writeRows(value, this.outputView?.plural ?? "items", row, this.plan.output === "page");
  }
}

function toWriter(
  plan: OperationPlan,
  view: ResourceView | null,
  rows: RowCodecs,
): ((value: unknown) => string) | null {
  const { output } = plan.operation;
  if (output === null) return null;
  if (view !== null && (plan.output === "page" || plan.output === "rows")) {
    const isPage = plan.output === "page";
    return (value) => writeRows(value, view.plural, view.writer.write, isPage);
  }
  if (view !== null && plan.output === "row") return view.writer.write;
  return valueWriter(output, rows);
}

function writeRows(value: unknown, plural: string, write: WriteRow, isPage: boolean): string {
  const { items, nextPageToken } = value as { items: readonly unknown[]; nextPageToken?: string };
  let text = "";
  for (const row of items) text += text === "" ? write(row) : `,${write(row)}`;
  const token = isPage ? `,"nextPageToken":${JSON.stringify(nextPageToken ?? "")}` : "";
  return `{${JSON.stringify(plural)}:[${text}]${token}}`;
}
