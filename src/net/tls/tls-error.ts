/** Certificates or settings of TLS cannot be used: one line that names the file and the mend, for whoever runs the server. */
export class TlsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TlsError";
  }
}
