import type { Draft } from "./draft.ts";
import type { Understood } from "./understanding.ts";

/** Changes a request so that it is odd. */
export type Change = (draft: Draft) => Draft;

/**
 * How this server differs from node:http on purpose. `refuses`: it answers an error where Node takes the request; `takes`: the
 * other way round; `reads`: both take it, and ours tells the handler what `read` makes of what Node's tells; `agrees`: not in
 * this alone, but in what else is odd about the same request.
 */
export interface Difference {
  readonly how: "refuses" | "takes" | "reads" | "agrees";
  readonly why: string;
  readonly read: (theirs: Understood) => Understood;
}

/** One way in which a request can be odd; sound or not, both servers must see the same in it, or the difference is argued. */
export interface Oddity {
  readonly name: string;
  readonly apply: Change;
  readonly difference: Difference | null;
}

type Changes = Readonly<Record<string, Change>>;

/** Oddities that mean the same to both. */
export function same(changes: Changes): Oddity[] {
  return list(changes, null);
}

/** What we refuse and Node takes. */
export function refused(why: string, changes: Changes): Oddity[] {
  return list(changes, { how: "refuses", why, read: (theirs) => theirs });
}

/** What we take and Node refuses. */
export function taken(why: string, changes: Changes): Oddity[] {
  return list(changes, { how: "takes", why, read: (theirs) => theirs });
}

/** What is the same alone, and makes Node more lenient with the rest. */
export function agreed(why: string, changes: Changes): Oddity[] {
  return list(changes, { how: "agrees", why, read: (theirs) => theirs });
}

/** What both take, and our handler sees differently. */
export function reread(why: string, read: Difference["read"], changes: Changes): Oddity[] {
  return list(changes, { how: "reads", why, read });
}

function list(changes: Changes, difference: Difference | null): Oddity[] {
  return Object.entries(changes).map(([name, apply]) => ({ name, apply, difference }));
}

/** Adds field lines after the others. */
export function adding(...lines: readonly string[]): Change {
  return (draft) => ({ ...draft, lines: [...draft.lines, ...lines] });
}

/** Puts a line in the place of Host. */
export function hosting(...lines: readonly string[]): Change {
  return (draft) => ({ ...draft, lines: [...lines, ...draft.lines.filter((line) => !/^host:/i.test(line))] });
}

/** Makes it a POST of HTTP/1.1 with such framing, and nothing else that says where it ends. */
export function framed(lines: readonly string[], content: string): Change {
  return (draft) => {
    const others = draft.lines.filter((line) => !/^(?:content-length|transfer-encoding):/i.test(line));
    return { ...draft, method: "POST", version: "HTTP/1.1", lines: [...others, ...lines], content };
  };
}

/** Makes it a POST with these octets as its chunked content. */
export function chunked(content: string): Change {
  return framed(["Transfer-Encoding: chunked"], content);
}

export function aiming(target: string): Change {
  return (draft) => ({ ...draft, target });
}
