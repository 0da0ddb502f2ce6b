import type { Caller } from "../../../define/caller.ts";
import type { QuotaState } from "../../../invoke/quota/quota-state.ts";
import type { Exchange } from "../../../net/exchange.ts";
import { RequestRecord } from "../../../observe/request-record.ts";
import { HttpRequest } from "../../http/http-request.ts";
import type { GraphqlEndpoint } from "../endpoint.ts";
import type { AnswerForm } from "./acceptance.ts";

/** One request to an endpoint. It is also what all calls of its document come by. */
export class GraphqlRequest extends HttpRequest {
  readonly endpoint: GraphqlEndpoint;
  readonly form: AnswerForm;
  caller: Caller | null;
  quota: QuotaState | null;
  /** For logs and metrics; null where there are neither. */
  readonly record: RequestRecord | null;

  constructor(endpoint: GraphqlEndpoint, exchange: Exchange, form: AnswerForm) {
    super(exchange);
    this.endpoint = endpoint;
    this.form = form;
    this.caller = null;
    this.quota = null;
    const { observer } = endpoint;
    this.record = observer === null ? null : new RequestRecord("graphql", this);
    if (this.record !== null) observer?.started(this.record);
  }

  /** Tells logs and metrics how the request ended. `errorCode`: of the first error. */
  finished(status: number, errorCode: string | null): void {
    if (this.record === null) return;
    this.record.statusCode = status;
    this.record.errorCode = errorCode;
    this.record.caller = this.caller?.id ?? null;
    this.endpoint.observer?.finished(this.record);
  }
}
