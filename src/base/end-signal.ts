/** Hears that something is to end. */
export interface EndListener {
  handleEvent(): void;
}

/** As much of an AbortSignal as ends a statement. What is done for several has a lighter one of its own. */
export interface EndSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: EndListener): void;
  removeEventListener(type: "abort", listener: EndListener): void;
}

/** That for which something is done, which may be told to end. */
export interface Ending {
  readonly signal: EndSignal;
}
