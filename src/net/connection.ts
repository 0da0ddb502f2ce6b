/** One open connection, as the listener sees it, whichever protocol it speaks. */
export interface Connection {
  /** Looks at the deadlines; called at each tick of the listener's clock. */
  sweep(tick: number): void;
  /** Finishes what is in flight and closes; at once if there is nothing. */
  drain(): void;
  /** Closes now, whatever is in flight. */
  destroy(): void;
}
