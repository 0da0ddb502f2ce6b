import { Call, type CallServices } from "../../../invoke/call.ts";
import type { Invocation } from "../../../invoke/compile.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import type { RpcCall } from "../rpc/call.ts";

/** What all calls of one rpc that streams rows have in common. */
export interface RowStreamOptions {
  readonly invocation: Invocation;
  readonly services: CallServices;
  /** Rows of a page; 0 where rows come all at once. */
  readonly pageSize: number;
}

/**
 * All rows of a list, page by page: the next page is read when the caller has taken those of the one before, and no more than a page
 * is held. Each is a call of the operation, with the rules, limits and cache that it has.
 */
export async function* streamRows(
  rpc: RpcCall,
  input: Input,
  { invocation, services, pageSize }: RowStreamOptions,
): AsyncGenerator<unknown> {
  const asked = pageSize > 0 && typeof input["pageSize"] !== "number" ? { ...input, pageSize } : input;
  const first = new Call(services, rpc, asked);
  rpc.call = first;
  let page = toPage(await invocation.enter(first));
  for (;;) {
    yield* page.items;
    if (page.nextPageToken === "") return;
    const call = new Call(services, rpc, { ...asked, pageToken: page.nextPageToken });
    call.caller = first.caller;
    rpc.call = call;
    page = toPage(await invocation.run(call));
  }
}

interface RowPage {
  readonly items: Iterable<unknown>;
  readonly nextPageToken: string;
}

/** Lists may have a handler of the application's, in plain JavaScript. */
function toPage(answer: unknown): RowPage {
  const { items, nextPageToken } = Object(answer) as Partial<RowPage>;
  if (items === undefined || items === null) throw new TypeError("A list answers { items, nextPageToken }");
  return { items, nextPageToken: typeof nextPageToken === "string" ? nextPageToken : "" };
}
