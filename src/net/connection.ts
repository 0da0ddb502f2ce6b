/** One open connection, as the listener sees it, whichever protocol it speaks. */
export interface Connection {
  /** Looks at the deadlines; called at each tick of the listener's clock. */
  sweep(tick: number): void;
  /**
   * Finishes what is in flight and closes; at once if there is nothing. With `isPatient` (which an impatient call may
   * follow) a connection whose peer may be about to ask is left open for one more request, if its protocol has no way to
   * tell the peer that it ends.
   */
  drain(isPatient: boolean): void;
  /** Closes now, whatever is in flight. */
  destroy(): void;
}
