import type { Encoding } from "../../../cache/entry.ts";
import { SharedChange } from "../../../invoke/watch/shared-change.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";

/** An event as it is sent (WHATWG HTML, "Server-sent events"); kept with a change that many are told. */
class EventContent implements Encoding {
  readonly by: object;
  readonly bytes: number;
  readonly content: Uint8Array;

  constructor(by: object, content: Uint8Array) {
    this.by = by;
    this.bytes = content.length;
    this.content = content;
  }
}

/** What a subscription tells, as events. JSON has no line ends in it, so that each is one line of data. */
export function eventOf(contract: OperationContract, value: unknown): string | Uint8Array {
  if (value instanceof SharedChange) return sharedEvent(contract, value);
  return `data: ${contract.write === null ? "null" : contract.write(value)}\n\n`;
}

/** Written once for each version, however many are told. */
function sharedEvent(contract: OperationContract, change: SharedChange): Uint8Array {
  const known = change.encoding(contract, EventContent);
  if (known !== null) return known.content;
  const id = change.position === undefined ? "" : `id: ${change.position}\n`;
  const text = `${id}data: ${contract.write === null ? "null" : contract.write(change)}\n\n`;
  const made = new EventContent(contract, Buffer.from(text));
  change.attach(made);
  return made.content;
}

/** The id of the last event of a stream that has an end: who connects anew with it is told that there is no more. */
export const endId = "end";

/** The end of a stream that has one. */
export const endEvent: string = `id: ${endId}\nevent: end\ndata: {}\n\n`;

/** Why there are no more events. It is not named "error": that is what EventSource calls the loss of its connection. */
export function problemEvent(content: string): string {
  return `event: problem\ndata: ${content}\n\n`;
}

/** How long to wait before connecting anew, in milliseconds: not all at the same time. */
export function retryEvent(): string {
  return `retry: ${1_000 + Math.floor(Math.random() * 2_000)}\n\n`;
}
