import type { Call } from "../../invoke/call.ts";
import type { Exchange } from "../../net/exchange.ts";
import { RequestRecord } from "../../observe/request-record.ts";
import { HttpRequest } from "../http/http-request.ts";
import type { RestMount } from "./mount.ts";

/** One request on its way through REST. It is also what its call came by. */
export class RestRequest extends HttpRequest {
  readonly mount: RestMount;
  /** Values of path parameters, still percent-encoded. */
  readonly parameters: string[];
  /** For logs and metrics; null where there are neither. */
  readonly record: RequestRecord | null;
  /** Null until the request has been decoded. */
  call: Call | null;

  constructor(mount: RestMount, exchange: Exchange) {
    super(exchange);
    this.mount = mount;
    this.parameters = [];
    this.call = null;
    this.record = mount.observer === null ? null : new RequestRecord("rest", this);
    if (this.record !== null) mount.observer?.started(this.record);
  }

  /** Tells logs and metrics how the request ended. */
  finished(status: number, errorCode: string | null): void {
    if (this.record === null) return;
    this.record.statusCode = status;
    this.record.errorCode = errorCode;
    this.record.caller = this.call?.caller?.id ?? null;
    this.mount.observer?.finished(this.record);
  }
}
