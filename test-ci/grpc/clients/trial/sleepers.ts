/** What is known of the calls that wait to be ended, by the keys that their callers gave them. */
export class Sleepers {
  readonly #begun = new Map<string, PromiseWithResolvers<string>>();
  readonly #ended = new Map<string, PromiseWithResolvers<string>>();

  begin(key: string): void {
    at(this.#begun, key).resolve(key);
  }

  /** The handler has ended: by what was thrown to it or told by its signal, or of itself. */
  end(key: string, signal: AbortSignal, thrown: unknown): void {
    const reason = thrown ?? (signal.aborted ? signal.reason : null);
    at(this.#ended, key).resolve(reason === null ? "ITSELF" : codeOf(reason));
  }

  /** Resolves when the call has begun. */
  begun(key: string): Promise<string> {
    return at(this.#begun, key).promise;
  }

  /** Resolves when the call has ended, with the code by which. */
  ended(key: string): Promise<string> {
    return at(this.#ended, key).promise;
  }
}

function at(known: Map<string, PromiseWithResolvers<string>>, key: string): PromiseWithResolvers<string> {
  const found = known.get(key) ?? Promise.withResolvers<string>();
  known.set(key, found);
  return found;
}

function codeOf(reason: unknown): string {
  return reason instanceof Error && "code" in reason ? String(reason.code) : String(reason);
}
