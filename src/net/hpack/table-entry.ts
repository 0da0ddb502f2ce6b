/** What a field counts beside its name and value, in the table as in a list (RFC 7541 §4.1, RFC 9113 §6.5.2). */
export const FIELD_OVERHEAD = 32;

/** Who fills a table with fields that are too many to be handed over has none of them looked at. */
export const UNMARKED = -1;

/** A field of one of the tables, which the peer may name by an index. */
export class TableEntry {
  readonly name: string;
  readonly value: string;
  /** See `FieldMarks`; {@link UNMARKED} until the field is handed over for the first time. */
  mark: number;
  readonly size: number;

  constructor(name: string, value: string, mark: number) {
    this.name = name;
    this.value = value;
    this.mark = mark;
    this.size = name.length + value.length + FIELD_OVERHEAD;
  }
}
