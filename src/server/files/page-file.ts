import type { HeadBlock } from "../../net/head-block.ts";
import type { Coding } from "../../protocols/http/content-coding.ts";

/** A file that is served, and what is made of it when it is first asked for. */
export class PageFile {
  readonly path: string;
  /** What its HTML states instead of the usual policy; null for that. */
  readonly policy: string | null;
  kept: KeptFile | null;

  constructor(path: string, policy: string | null) {
    this.path = path;
    this.policy = policy;
    this.kept = null;
  }
}

/** A file as it was when it was read. */
export interface KeptFile {
  /** Differs when the file does: its size and times. */
  readonly stamp: string;
  readonly content: Uint8Array;
  readonly tag: string;
  /** Whether coding it makes it shorter. */
  readonly compresses: boolean;
  readonly ok: HeadBlock;
  readonly notModified: HeadBlock;
  readonly coded: Map<Coding, Promise<Uint8Array>>;
}
