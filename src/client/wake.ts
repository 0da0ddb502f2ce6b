declare const addEventListener: ((type: string, listener: () => void) => void) | undefined;
declare const removeEventListener: (type: string, listener: () => void) => void;

const events: readonly string[] = ["online", "visibilitychange", "pageshow"];

/**
 * Calls `listener` when a connection may have died or may be had again without a word: the network is back, the page is shown or comes
 * out of the cache. Returns what ends that. Nothing happens where there are no such events.
 */
export function onWake(listener: () => void): () => void {
  if (typeof addEventListener !== "function") return () => {};
  for (const name of events) addEventListener(name, listener);
  return () => {
    for (const name of events) removeEventListener(name, listener);
  };
}
