import { readFile, stat } from "node:fs/promises";
import { frameworkError } from "../../errors/codes.ts";
import type { Exchange } from "../../net/exchange.ts";
import { HeadBlock } from "../../net/head-block.ts";
import { compress, compressFrom } from "../../protocols/http/compress.ts";
import { acceptedCoding } from "../../protocols/http/content-coding.ts";
import { codedTag, contentTag, matchesAny } from "../../protocols/http/entity-tags.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import { mediaTypeOf } from "./media-type.ts";
import type { KeptFile, PageFile } from "./page-file.ts";
import { stripTypes } from "./strip-types.ts";

/** Answers with a file, and says with which status. Rejects with NOT_FOUND where it has gone since the start. */
export async function answerFile(exchange: Exchange, file: PageFile): Promise<number> {
  const kept = await readKept(file);
  const { request } = exchange;
  const coding = kept.compresses ? acceptedCoding(request.header("accept-encoding")) : null;
  const etag = coding === null ? kept.tag : codedTag(kept.tag, coding);
  const stated = request.header("if-none-match");
  if (stated !== undefined && matchesAny(stated, kept.tag)) {
    exchange.respond(kept.notModified, ["etag", etag], null);
    return 304;
  }
  if (coding === null) {
    exchange.respond(kept.ok, ["etag", etag], kept.content);
    return 200;
  }
  const made = kept.coded.get(coding) ?? compress(kept.content, coding);
  kept.coded.set(coding, made);
  exchange.respond(kept.ok, ["etag", etag, "content-encoding", coding], await made);
  return 200;
}

/** The file as it is now: who changes it while the server runs, sees it at the next asking. */
async function readKept(file: PageFile): Promise<KeptFile> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(file.path);
    const stamp = `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
    if (file.kept?.stamp !== stamp) file.kept = keep(file, stamp, await readFile(file.path));
    return file.kept;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")
      throw frameworkError("NOT_FOUND");
    throw thrown;
  }
}

function keep({ path, policy }: PageFile, stamp: string, read: Buffer): KeptFile {
  const { mediaType, isText } = mediaTypeOf(path);
  const content = /\.[cm]?ts$/.test(path) ? Buffer.from(stripTypes(read.toString())) : read;
  const csp = policyOf(mediaType, policy, read);
  const compresses = isText && content.length > compressFrom;
  const fields = [
    ...["cache-control", "no-cache", "x-content-type-options", "nosniff", "referrer-policy", "same-origin"],
    ...(compresses ? ["vary", "accept-encoding"] : []),
    ...(csp === null ? [] : ["content-security-policy", csp]),
  ];
  return {
    stamp,
    content,
    tag: contentTag(content),
    compresses,
    ok: new HeadBlock(200, ["content-type", mediaType, ...fields]),
    notModified: new HeadBlock(304, fields),
    coded: new Map(),
  };
}

/** Of what a browser shows as a document. A picture in SVG is one, where it is opened by itself, and could have script in it. */
function policyOf(mediaType: string, stated: string | null, read: Buffer): string | null {
  if (mediaType === "image/svg+xml") return "default-src 'none'; style-src 'unsafe-inline'";
  return mediaType.startsWith("text/html") ? (stated ?? contentSecurityPolicy(read.toString())) : null;
}
