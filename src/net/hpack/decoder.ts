import { BlockReader } from "./block-reader.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { type FieldMarks, noMarks } from "./field-marks.ts";
import type { FieldSink } from "./field-sink.ts";
import { HpackError } from "./hpack-error.ts";
import { RecentLiterals } from "./recent-literals.ts";
import { LAST_STATIC_INDEX } from "./static-table.ts";
import { FIELD_OVERHEAD, TableEntry, UNMARKED } from "./table-entry.ts";

/** What a decoder bears of its peer. */
export interface HpackDecoderOptions {
  /** Bytes of the dynamic table: 4096 until the peer has acknowledged another SETTINGS_HEADER_TABLE_SIZE. */
  readonly tableBytes: number;
  /** Bytes of the fields of one block, each with 32 more than its name and value (RFC 9113 §6.5.2). */
  readonly headerBytes: number;
  /** Fields of one block. */
  readonly headerCount: number;
  readonly marks?: FieldMarks;
  /** The mark of fields that count as one, however many there are; no field's without it. */
  readonly crumb?: number;
}

/**
 * Decodes the field blocks of one connection (RFC 7541), one after the other and each whole. A block with too many or too
 * large fields is read to its end all the same, since the table must stay in step with the peer's: `isTooLarge` says so.
 * Memory is bounded by the table, work by the block's length.
 */
export class HpackDecoder {
  /** Of the last block: it was over `headerBytes` or `headerCount`, and not all of its fields were handed over. */
  isTooLarge: boolean;
  readonly #headerBytes: number;
  readonly #headerCount: number;
  readonly #crumb: number;
  readonly #marks: FieldMarks;
  readonly #reader: BlockReader;
  readonly #table: DynamicTable;
  /** Null before the first literal that may be kept. */
  #recent: RecentLiterals | null;
  #allowedTableBytes: number;
  /** The next block must begin with a size update to this or less; infinite where it need not. */
  #demandedTableBytes: number;
  /** Of the present block. */
  #count: number;
  #bytes: number;
  #hasCrumb: boolean;

  constructor(options: HpackDecoderOptions) {
    this.isTooLarge = false;
    this.#headerBytes = options.headerBytes;
    this.#headerCount = options.headerCount;
    this.#crumb = options.crumb ?? UNMARKED;
    this.#marks = options.marks ?? noMarks;
    this.#reader = new BlockReader();
    this.#table = new DynamicTable(options.tableBytes);
    this.#recent = null;
    this.#allowedTableBytes = options.tableBytes;
    this.#demandedTableBytes = Number.POSITIVE_INFINITY;
    this.#count = 0;
    this.#bytes = 0;
    this.#hasCrumb = false;
  }

  /** Bytes that the dynamic table holds. */
  get tableSize(): number {
    return this.#table.size;
  }

  /**
   * The peer has acknowledged another SETTINGS_HEADER_TABLE_SIZE. Where that is less than its table has, it must say in
   * its next block that it took notice (RFC 7541 §4.2, RFC 9113 §4.3.1).
   */
  allowTable(bytes: number): void {
    this.#allowedTableBytes = bytes;
    if (bytes < this.#table.capacity) this.#demandedTableBytes = Math.min(this.#demandedTableBytes, bytes);
  }

  /**
   * Decodes the block in `block[start, end)`. `fields` must not throw. Throws an HpackError for what is malformed, after
   * which the connection is lost.
   */
  decode(block: Uint8Array, fields: FieldSink, start = 0, end: number = block.length): void {
    const reader = this.#reader;
    this.isTooLarge = false;
    this.#count = 0;
    this.#bytes = 0;
    this.#hasCrumb = false;
    reader.begin(block, start, end);
    this.#readSizeUpdates();
    while (reader.at < end) {
      const first = reader.peek();
      if (first >= 0x80) this.#deliver(this.#entry(reader.integer(0x7f)), fields);
      else if (first >= 0x40) this.#readIndexedLiteral(fields);
      else if (first >= 0x10) this.#readLiteral(first, fields);
      else this.#readKeptLiteral(block, fields);
    }
    reader.finish();
  }

  /** These stand at the beginning of a block and nowhere else (RFC 7541 §4.2). */
  #readSizeUpdates(): void {
    const reader = this.#reader;
    while (reader.at < reader.end && (reader.peek() & 0xe0) === 0x20) {
      const bytes = reader.integer(0x1f);
      if (bytes > Math.min(this.#allowedTableBytes, this.#demandedTableBytes))
        throw new HpackError("a table is made larger than was allowed");
      this.#demandedTableBytes = Number.POSITIVE_INFINITY;
      this.#table.resize(bytes);
    }
    if (this.#demandedTableBytes !== Number.POSITIVE_INFINITY)
      throw new HpackError("a table is not made smaller where it had to be");
  }

  /** RFC 7541 §6.2.1. */
  #readIndexedLiteral(fields: FieldSink): void {
    const reader = this.#reader;
    const name = this.#name(reader.integer(0x3f));
    const value = reader.string();
    const entry = new TableEntry(name, value, UNMARKED);
    this.#table.add(entry);
    this.#deliver(entry, fields);
  }

  /** RFC 7541 §6.2.2. */
  #readKeptLiteral(block: Uint8Array, fields: FieldSink): void {
    const reader = this.#reader;
    const name = this.#name(reader.integer(0x0f));
    this.#recent ??= new RecentLiterals();
    const start = reader.at;
    reader.passString();
    const known = this.#recent.find(name, block, start, reader.at);
    if (known !== null) {
      this.#deliver(known, fields);
      return;
    }
    reader.at = start;
    const entry = new TableEntry(name, reader.string(), UNMARKED);
    this.#recent.offer(entry, block, start, reader.at);
    this.#deliver(entry, fields);
  }

  /** RFC 7541 §6.2.3: such a field is kept nowhere. */
  #readLiteral(first: number, fields: FieldSink): void {
    if (first >= 0x20) throw new HpackError("a table size update stands after a field");
    const reader = this.#reader;
    const name = this.#name(reader.integer(0x0f));
    const value = reader.string();
    if (!this.#fits(name.length + value.length + FIELD_OVERHEAD)) return;
    const mark = this.#marks.of(name, value);
    if (this.#counts(mark)) fields.field(name, value, mark);
  }

  #name(index: number): string {
    return index === 0 ? this.#reader.string() : this.#entry(index).name;
  }

  #entry(index: number): TableEntry {
    const entry =
      index <= LAST_STATIC_INDEX
        ? this.#marks.staticEntries[index]
        : this.#table.at(index - LAST_STATIC_INDEX - 1);
    if (!entry) throw new HpackError("an index points at no field");
    return entry;
  }

  #deliver(entry: TableEntry, fields: FieldSink): void {
    if (!this.#fits(entry.size)) return;
    if (entry.mark === UNMARKED) entry.mark = this.#marks.of(entry.name, entry.value);
    if (this.#counts(entry.mark)) fields.field(entry.name, entry.value, entry.mark);
  }

  /** Asked first: what comes after the first field too many is not looked at, however much it is. */
  #fits(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#bytes > this.#headerBytes) this.isTooLarge = true;
    return !this.isTooLarge;
  }

  #counts(mark: number): boolean {
    if (mark !== this.#crumb) this.#count += 1;
    else if (!this.#hasCrumb) {
      this.#hasCrumb = true;
      this.#count += 1;
    }
    if (this.#count > this.#headerCount) this.isTooLarge = true;
    return !this.isTooLarge;
  }
}
