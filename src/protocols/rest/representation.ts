import type { Encoding } from "../../cache/entry.ts";
import type { Coding } from "../http/content-coding.ts";

/** An answer's content, written, and what goes with it. One is kept with each cached answer. */
export class Representation implements Encoding {
  /** The contract that it was written by. */
  readonly by: object;
  readonly body: string;
  /** Length in characters: near enough to bytes for what it is used for. */
  readonly bytes: number;
  /** Strong ETag; null where there is none. */
  readonly tag: string | null;
  /** The header fields that go with it. */
  readonly fields: readonly string[];

  constructor(by: object, body: string, tag: string | null) {
    this.by = by;
    this.body = body;
    this.bytes = body.length;
    this.tag = tag;
    this.fields = tag === null ? none : ["etag", tag];
  }
}

/** One with related rows in it. */
export class EmbeddingRepresentation extends Representation {}

const none: readonly string[] = [];

/** A representation in one content coding. */
export class CodedContent implements Encoding {
  readonly by: Representation;
  readonly content: Uint8Array;
  readonly bytes: number;

  constructor(by: Representation, content: Uint8Array) {
    this.by = by;
    this.content = content;
    this.bytes = content.length;
  }
}

class BrotliContent extends CodedContent {}
class GzipContent extends CodedContent {}

/** The class of content in each coding, by which a cached answer's codings are told apart. */
export const codedContents: Readonly<Record<Coding, typeof CodedContent>> = {
  br: BrotliContent,
  gzip: GzipContent,
};
