/** Settings of trusted proxies cannot be used: one line that says what to write, for whoever runs the server. */
export class ProxyOptionsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProxyOptionsError";
  }
}
