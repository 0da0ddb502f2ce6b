/** Takes the fields of a block, in their order. Names and values hold bytes, one a character (latin1), unchecked. */
export interface FieldSink {
  /** `mark` is what the decoder's {@link FieldMarks} say of the field; 0 without them. */
  field(name: string, value: string, mark: number): void;
}
