import type { GraphQLOutputType } from "graphql";

/** What an executable document's text says of its size: selections and where they spread fragments, and no values. */
export interface Outline {
  readonly operations: readonly OutlineDefinition[];
  /** As many as are defined, though two have one name. */
  readonly fragments: readonly OutlineFragment[];
  readonly hasVariables: boolean;
  /**
   * Whether fields that stand in one place under one response name are the same, as far as that was seen: the same name, arguments to the
   * letter and type. Then they can be merged, and need not be compared.
   */
  mergesEquals: boolean;
}

export interface OutlineDefinition {
  /** Directives of the definition itself, those of its variables included. */
  readonly directives: number;
  readonly selections: OutlineSet;
}

export interface OutlineFragment extends OutlineDefinition {
  readonly name: string;
  readonly at: number;
  /** All that are spread within it, on whichever level, in the order of the text. */
  readonly spreads: readonly OutlineSpread[];
}

export interface OutlineSpread {
  readonly name: string;
  /** Where it stands in the text. */
  readonly at: number;
}

/** A selection set, with the inline fragments in it put in. */
export class OutlineSet {
  /** Fields, spreads and inline fragments. */
  size: number;
  aliases: number;
  directives: number;
  /** By response name. */
  readonly fields: Map<string, OutlineField>;
  /** Names of the fragments that are spread. */
  readonly spreads: string[];

  constructor() {
    this.size = 0;
    this.aliases = 0;
    this.directives = 0;
    this.fields = new Map();
    this.spreads = [];
  }
}

/** All fields of one response name in one place. */
export interface OutlineField {
  count: number;
  /** Name and arguments of the first one, as they stand in the text. */
  readonly stated: string;
  /** Its type; null where that is not known. */
  readonly type: GraphQLOutputType | null;
  /** The selection sets that they have. */
  readonly below: OutlineSet[];
}

/** Whether two fields of one response name are the same. */
export function isSameField(
  one: Pick<OutlineField, "stated" | "type">,
  other: Pick<OutlineField, "stated" | "type">,
): boolean {
  if (one.stated !== other.stated || one.type === null || other.type === null) return false;
  return one.type === other.type || String(one.type) === String(other.type);
}
