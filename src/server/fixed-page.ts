import type { Awaitable } from "../base/awaitable.ts";
import type { Exchange } from "../net/exchange.ts";
import { HeadBlock } from "../net/head-block.ts";
import { acceptance } from "../protocols/rest/negotiate.ts";

/** Answers one path that is not an operation (a document, a probe, the metrics), and says with which status. */
export type PageHandler = (exchange: Exchange) => Awaitable<number>;

/** Answers whole. */
export function respondPage(exchange: Exchange, block: HeadBlock, content: string | Uint8Array): number {
  exchange.respond(block, null, content);
  return block.status;
}

/** A document that was made at start. */
export function fixedPage(contentType: string, body: string, fields: readonly string[] = []): PageHandler {
  const content = Buffer.from(body);
  const block = new HeadBlock(200, [
    "content-type",
    contentType,
    "cache-control",
    "no-cache",
    ...nosniff,
    ...fields,
  ]);
  return (exchange) => respondPage(exchange, block, content);
}

/** A document for people, and the same for programs that ask for JSON. */
export function dualPage(page: {
  readonly html: string;
  readonly csp: string;
  readonly json: unknown;
}): PageHandler {
  const html = htmlPage(page);
  const json = fixedPage("application/json", JSON.stringify(page.json), ["vary", "accept"]);
  return (exchange) => {
    const accept = exchange.request.header("accept");
    const wantsHtml =
      accept !== undefined && /text\/html|\*\/\*/.test(accept) && !accept.startsWith("application/json");
    return wantsHtml || !acceptance(accept).json ? html(exchange) : json(exchange);
  };
}

export function htmlPage({ html, csp }: { readonly html: string; readonly csp: string }): PageHandler {
  return fixedPage("text/html; charset=utf-8", html, ["content-security-policy", csp, "vary", "accept"]);
}

const nosniff = ["x-content-type-options", "nosniff", "referrer-policy", "no-referrer"];
