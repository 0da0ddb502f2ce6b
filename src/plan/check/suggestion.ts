/** Tells what to do about a name that is not known: the known one that it is nearly, or all that there are. */
export function suggest(name: string, known: Iterable<string>): string {
  const names = [...known].sort();
  const near = nearest(name, names);
  if (near !== null) return `Did you mean ${near}?`;
  return names.length === 0 ? "Leave it out" : `Known are ${names.join(", ")}`;
}

/** The name that takes the fewest changes of single letters to write, where these are few. */
function nearest(name: string, names: readonly string[]): string | null {
  const most = Math.max(1, Math.floor(name.length / 3));
  let best: string | null = null;
  let fewest = most + 1;
  for (const candidate of names) {
    const changes = distance(name.toLowerCase(), candidate.toLowerCase());
    if (changes < fewest) [best, fewest] = [candidate, changes];
  }
  return best;
}

/** Levenshtein's distance; a swap of neighbours counts as two. */
function distance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 20) return 20;
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
