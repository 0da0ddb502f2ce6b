/** A value where an interface or a union stands, and which of its types it is of. */
export class TypedValue {
  readonly type: string;
  readonly value: unknown;

  constructor(type: string, value: unknown) {
    this.type = type;
    this.value = value;
  }
}
