import type { HeadBlock } from "./head-block.ts";

/** An answer of net's own, ready to be written. */
export interface Refusal {
  readonly block: HeadBlock;
  readonly fields: readonly string[];
  readonly body: string;
}
