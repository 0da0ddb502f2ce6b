import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { ConnectionInfo } from "../exchange.ts";
import type { Forwarding } from "../proxy/forwarding.ts";
import type { ControlBudget } from "./control-budget.ts";
import { connectionFailure, streamFailure } from "./failure.ts";
import { MAX_INT31 } from "./frame-types.ts";
import type { RequestFields } from "./request-fields.ts";
import { Http2RequestHead } from "./request-head.ts";
import type { Announced, Streams } from "./streams.ts";

/** Decides what becomes of each new request: it is begun, answered with an error, or its stream is refused. */
export class Requests {
  /** Streams after this one are not looked at: the peer has been told so by GOAWAY. */
  lastAccepted: number;
  readonly #streams: Streams;
  readonly #budget: ControlBudget;
  readonly #context: ConnectionContext;
  readonly #info: ConnectionInfo;
  /** Null where the peer is not believed to speak for others, as nearly always. */
  readonly #forwarding: Forwarding | null;

  constructor(streams: Streams, budget: ControlBudget, context: ConnectionContext, info: ConnectionInfo) {
    this.lastAccepted = MAX_INT31;
    this.#streams = streams;
    this.#budget = budget;
    this.#context = context;
    this.#info = info;
    this.#forwarding = context.forwarding?.trusts(info) === true ? context.forwarding : null;
  }

  /** The last stream that was looked at: no later GOAWAY may name a higher one (RFC 9113 §6.8). */
  get lastLooked(): number {
    return Math.min(this.#streams.lastId, this.lastAccepted);
  }

  /** A head that is decoded, of a stream that was not open before. */
  begin(id: number, fields: RequestFields, isLast: boolean, isTooLarge: boolean): void {
    const streams = this.#streams;
    if (id % 2 === 0) throw connectionFailure("protocolError", "a client's stream has an even number");
    streams.lastId = id;
    if (id > this.lastAccepted) this.#pay();
    else if (streams.isFull) {
      this.#pay();
      streams.turnAway(streamFailure(id, "refusedStream", "more streams are open than was allowed"));
    } else if (isTooLarge) {
      streams.refuse(
        id,
        this.#toHead(fields),
        announced(fields, isLast),
        frameworkError("HEADERS_TOO_LARGE"),
      );
    } else this.#beginWhole(id, fields, isLast);
  }

  #beginWhole(id: number, fields: RequestFields, isLast: boolean): void {
    const { contentLength } = fields;
    const isShort = isLast && contentLength !== null && contentLength > 0;
    const fault = fields.fault ?? (isShort ? "there is no content, but a length of it" : null);
    if (fault !== null) {
      this.#pay();
      this.#streams.turnAway(streamFailure(id, "protocolError", fault));
      return;
    }
    const head = this.#toHead(fields);
    const content = announced(fields, isLast);
    const error = this.#refusal(fields, head);
    if (error === null) this.#streams.begin(id, head, content);
    else this.#streams.refuse(id, head, content, error);
  }

  #toHead(fields: RequestFields): Http2RequestHead {
    const head = new Http2RequestHead(fields, this.#info);
    const forwarding = this.#forwarding;
    return forwarding === null ? head : new Http2RequestHead(fields, forwarding.clientOf(head, this.#info));
  }

  /** What is well formed, and not taken all the same. */
  #refusal(fields: RequestFields, head: Http2RequestHead): ApiError | null {
    const { limits } = this.#context;
    if (fields.path.length > limits.targetBytes) return frameworkError("URI_TOO_LONG");
    if ((fields.contentLength ?? 0) > limits.bodyBytes && !this.#context.boundsContent(head))
      return frameworkError("CONTENT_TOO_LARGE");
    if (fields.expect !== null && fields.expect.toLowerCase() !== "100-continue")
      return frameworkError("EXPECTATION_FAILED");
    if (fields.method === "CONNECT" && fields.protocol === "")
      return frameworkError("UNIMPLEMENTED", "This server is no proxy: CONNECT is refused");
    return null;
  }

  #pay(): void {
    if (!this.#budget.spend())
      throw connectionFailure("enhanceYourCalm", "too many streams were opened that had to be refused");
  }
}

function announced(fields: RequestFields, isLast: boolean): Announced {
  return { isNone: isLast, length: fields.contentLength, awaitsContinue: fields.expect !== null };
}
