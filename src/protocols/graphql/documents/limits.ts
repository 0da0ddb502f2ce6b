/**
 * What one document may ask for. All are counted before anything is read; `fields`, `aliases` and `depth` with fragments
 * put in where they are spread, so that a short text cannot stand for a large one.
 */
export interface GraphqlLimits {
  /** Lexical tokens of the text, and its lines. */
  readonly tokens: number;
  /** Levels of fields: 2 for `{ user { id } }`. The usual introspection query has 16. */
  readonly depth: number;
  /** Selections (fields and spreads) of all operations. */
  readonly fields: number;
  /** Fields of one response name in one place: merging them takes time by its square. */
  readonly repeats: number;
  /**
   * Pairs of fields with selections, of one response name in one place, where not all of these are the same: validation compares
   * each with each.
   */
  readonly comparisons: number;
  readonly aliases: number;
  /** Definitions of fragments: comparing what they select takes time by the square of their number. */
  readonly fragments: number;
  /** Operations of a document, each of which is validated by itself. */
  readonly operations: number;
  /** Fields of one operation's root. */
  readonly rootFields: number;
  readonly directives: number;
  /** Rows that an operation may read at most, by its page sizes. */
  readonly cost: number;
  /** Operations that one WebSocket may have under way. */
  readonly socketOperations: number;
  /** Milliseconds that a WebSocket has for its `connection_init`. */
  readonly initialisationMs: number;
}

export const defaultLimits: GraphqlLimits = {
  tokens: 5_000,
  depth: 20,
  fields: 2_000,
  repeats: 100,
  comparisons: 1_000,
  aliases: 100,
  fragments: 100,
  operations: 100,
  rootFields: 30,
  directives: 100,
  cost: 200_000,
  socketOperations: 200,
  initialisationMs: 10_000,
};
