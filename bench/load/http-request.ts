import { request } from "node:http";
import { text } from "node:stream/consumers";

/** One request, for preparations; load comes from elsewhere. */
export interface HttpRequest {
  readonly port: number;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends a request on a connection of its own. */
export function httpRequest({ port, method, path, body }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      text(response).then((read) => resolve({ status: response.statusCode ?? 0, body: read }), reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
