/** A change as it is told, whatever the protocol. */
export interface ToldChange {
  readonly type: string;
  readonly id?: string | null;
  readonly row?: { readonly count: number } | null;
  readonly position?: string | null;
}

/** Who is told what comes by a line. */
export interface LineListener {
  told(change: ToldChange): void;
  /** It is over: `code` is the error's, the close code, or "lost". Told once. */
  over(code: string): void;
}

/** One connection over which changes come. */
export interface Line {
  /** Stops reading, or goes on. */
  stall(isStalled: boolean): void;
  /** Says goodbye, or does not. */
  leave(isPolite: boolean): void;
}

/** Opens a line that goes on after a position; null for all that there is. */
export type OpenLine = (after: string | null, listener: LineListener) => Line;
