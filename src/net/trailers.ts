/**
 * Fields that follow the content of an answer (RFC 9110 §6.5). Those that never change are made once at start; others are
 * made for their answer. `[name, value, ...]`, names in lower case.
 */
export class Trailers {
  readonly fields: readonly string[];

  constructor(fields: readonly string[]) {
    this.fields = fields;
  }
}
