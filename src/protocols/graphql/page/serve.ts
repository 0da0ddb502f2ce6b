import { frameworkError } from "../../../errors/codes.ts";
import type { Exchange } from "../../../net/exchange.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import { requestId } from "../../../observe/request-id.ts";
import { type RequestObserver, RequestRecord } from "../../../observe/request-record.ts";
import { compress } from "../../http/compress.ts";
import { acceptedCoding } from "../../http/content-coding.ts";
import { codedTag, contentTag, matchesAny } from "../../http/entity-tags.ts";
import { contentSecurityPolicy, pageHtml, pagePath } from "./page.ts";
import { type PageFile, pageFiles } from "./page-files.ts";

const kept = new Map<PageFile, ServedFile>();

/** A file with what is made of it at the first asking. */
interface ServedFile {
  readonly content: string | Uint8Array;
  readonly tag: string;
  readonly coded: Map<string, Promise<Uint8Array>>;
}

/** Serves GraphiQL, or a file of it. Nobody needs permission: it shows nothing that the schema does not. */
export async function servePage(
  exchange: Exchange,
  title: string,
  observer: RequestObserver | null,
): Promise<void> {
  const { method, path } = exchange.request;
  const id = requestId(exchange.request.header("x-request-id"));
  const record = new RequestRecord("http", { method, path, requestId: id, trace: null });
  observer?.started(record);
  try {
    record.statusCode = await answer(exchange, title);
  } catch {
    // The files came with the package: without them there is no page.
    record.errorCode = "UNAVAILABLE";
    record.statusCode = respond(exchange, frameworkError("UNAVAILABLE").http, [], null);
  }
  observer?.finished(record);
}

async function answer(exchange: Exchange, title: string): Promise<number> {
  const { method, path } = exchange.request;
  if (method !== "GET" && method !== "HEAD") return respond(exchange, 405, ["allow", "GET, HEAD"], null);
  if (!path.startsWith(pagePath)) {
    const fields = [
      "content-type",
      "text/html; charset=utf-8",
      "content-security-policy",
      contentSecurityPolicy,
    ];
    return respond(exchange, 200, [...fields, "vary", "accept"], pageHtml(title, path));
  }
  const file = pageFiles.get(path.slice(pagePath.length));
  if (file === undefined) return respond(exchange, frameworkError("NOT_FOUND").http, [], null);
  return respondFile(exchange, file);
}

async function respondFile(exchange: Exchange, file: PageFile): Promise<number> {
  const { content, tag, coded } = served(file);
  const { request } = exchange;
  const coding = acceptedCoding(request.header("accept-encoding"));
  const fields = ["content-type", file.mediaType, "vary", "accept-encoding"];
  fields.push("etag", coding === null ? tag : codedTag(tag, coding));
  const stated = request.header("if-none-match");
  if (stated !== undefined && matchesAny(stated, tag)) return respond(exchange, 304, fields, null);
  if (coding === null) return respond(exchange, 200, fields, content);
  const made = coded.get(coding) ?? compress(content, coding);
  coded.set(coding, made);
  return respond(exchange, 200, [...fields, "content-encoding", coding], await made);
}

function served(file: PageFile): ServedFile {
  const known = kept.get(file);
  if (known !== undefined) return known;
  const content = file.content();
  const made = { content, tag: contentTag(content), coded: new Map() };
  kept.set(file, made);
  return made;
}

function respond(
  exchange: Exchange,
  status: number,
  fields: readonly string[],
  content: string | Uint8Array | null,
): number {
  exchange.respond(
    new HeadBlock(status, ["cache-control", "no-cache", "x-content-type-options", "nosniff"]),
    fields,
    content,
  );
  return status;
}
