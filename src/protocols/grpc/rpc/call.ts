import type { ApiError } from "../../../errors/api-error.ts";
import type { Call } from "../../../invoke/call.ts";
import type { Exchange } from "../../../net/exchange.ts";
import { RequestRecord } from "../../../observe/request-record.ts";
import type { RequestSeries } from "../../../observe/request-series.ts";
import { HttpRequest } from "../../http/http-request.ts";
import type { FramedCall } from "../framing/framed-call.ts";
import type { AnswerStream, Framing } from "../framing/framing.ts";
import type { ErrorContext } from "../wire/rich-status.ts";
import type { RpcSettings } from "./settings.ts";

/** One call of a method on its way. It is also what the call of an operation came by. */
export class RpcCall extends HttpRequest implements FramedCall {
  readonly settings: RpcSettings;
  readonly framing: Framing;
  /** Metadata after the answer: `[name, value, ...]`, names in lower case, binary values in base64. */
  trailers: string[] | null;
  freshness: readonly string[] | null;
  /** The call of an operation; null until its input has been read. */
  call: Call | null;
  /** Puts an error into the words of the method: names of fields as its .proto has them. */
  reword: ((error: ApiError) => ApiError) | null;
  /** The name of the rows' message that the method is about; null for none. */
  resourceType: string | null;
  /** The answer of a stream that has begun. */
  answers: AnswerStream | null;
  /** How it ended has been told, or is being told. */
  isOver: boolean;
  /** For logs and metrics; null where there are neither. */
  readonly record: RequestRecord | null;
  /** Aborts when the caller leaves or its time is over; null until somebody asks. */
  #controller: AbortController | null;
  #timer: NodeJS.Timeout | null;
  #reason: Error | null;

  /** `series`: counts the calls of its method; null where there is none. */
  constructor(settings: RpcSettings, exchange: Exchange, framing: Framing, series: RequestSeries | null) {
    super(exchange);
    this.settings = settings;
    this.framing = framing;
    this.trailers = null;
    this.freshness = null;
    this.call = null;
    this.reword = null;
    this.resourceType = null;
    this.#controller = null;
    this.#timer = null;
    this.#reason = null;
    this.isOver = false;
    this.answers = null;
    const { observer } = settings;
    this.record = observer === null ? null : new RequestRecord("grpc", this);
    if (this.record !== null) {
      this.record.series = series;
      observer?.started(this.record);
    }
  }

  /** Aborted when the caller has gone away, or the time that it allows is over. */
  override get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#reason !== null) this.#controller.abort(this.#reason);
      else {
        const { signal } = this.exchange;
        if (signal.aborted) this.#controller.abort(signal.reason);
        else signal.addEventListener("abort", () => this.#controller?.abort(signal.reason), { once: true });
      }
    }
    return this.#controller.signal;
  }

  /** The caller's time is watched where the call is served, for streams too. */
  override get timeout(): number {
    return 0;
  }

  get resource(): ErrorContext["resource"] {
    const id = this.call?.input["id"];
    if (this.resourceType === null || typeof id !== "string") return null;
    return { resourceType: this.resourceType, resourceName: id };
  }

  /** Metadata before the answer, in the same form. */
  get headers(): readonly string[] | null {
    return this.answerHeaders;
  }

  addHeader(name: string, value: string): void {
    this.answerHeaders ??= [];
    this.answerHeaders.push(name, value);
  }

  addTrailer(name: string, value: string): void {
    this.trailers ??= [];
    this.trailers.push(name, value);
  }

  /** Calls `late` when the time that the caller allows is over. */
  limitTime(milliseconds: number, late: () => void): void {
    this.#timer = setTimeout(late, Math.min(milliseconds, MAX_TIMER_MS));
  }

  /** The call has its answer, or `reason` is why it gets none: then a handler that goes on learns of it. */
  end(reason: Error | null): void {
    this.isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (reason === null) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  headFields(more: readonly string[] | null): readonly string[] | null {
    const fields = this.answerFields(this.settings.cors);
    if (more === null) return fields.length === 0 ? null : fields;
    return [...more, ...fields];
  }

  /** Tells logs and metrics how the call ended: by its gRPC status code, whichever protocol it came by. */
  finished(status: number, errorCode: string | null): void {
    if (this.record === null) return;
    this.record.statusCode = status;
    this.record.errorCode = errorCode;
    this.record.caller = this.call?.caller?.id ?? null;
    this.settings.observer?.finished(this.record);
  }
}

/** What a timer of Node takes at most. */
const MAX_TIMER_MS = 2 ** 31 - 1;
