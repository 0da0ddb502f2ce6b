/** The server cannot start, for a reason that whoever starts it can mend: one line, no stack. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
  }
}

/** What was thrown at start, as one line where it is a well-known mishap. */
export function toStartError(thrown: unknown, what: string): unknown {
  if (!(thrown instanceof Error) || !("code" in thrown)) return thrown;
  const reason = reasons[String(thrown.code)];
  return reason === undefined ? thrown : new StartError(`${what}: ${reason}`, { cause: thrown });
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there already; stop it, or listen elsewhere (--listen)",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "permission denied; ports below 1024 need privileges",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up",
};
