/** A store cannot be opened, for a reason that whoever runs it can mend: one line. */
export class StoreOpenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreOpenError";
  }
}
