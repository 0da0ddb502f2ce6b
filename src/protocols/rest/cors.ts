/** Which pages of other origins may call (Fetch standard, CORS protocol). */
export interface CorsOptions {
  /** `*` for all, or a list such as `https://app.example.com`. */
  readonly origins: "*" | readonly string[];
  /** Whether cookies and HTTP authentication may go along; never with `*`. */
  readonly credentials?: boolean;
  /** Seconds that a preflight's answer holds; 600 where it is not stated. */
  readonly maxAge?: number;
}

/** Response fields that scripts may read beside the safelisted ones. */
const exposed =
  "etag, location, link, deprecation, sunset, retry-after, ratelimit, ratelimit-policy, x-request-id, idempotency-replayed, accept-patch, allow";

const allowedHeaders =
  "accept, accept-language, api-version, authorization, content-type, idempotency-key, if-match, if-none-match, request-timeout, traceparent, tracestate, x-request-id";

/** The CORS policy, compiled. */
export class Cors {
  readonly #origins: ReadonlySet<string> | null;
  readonly #credentials: boolean;
  readonly #maxAge: number;
  readonly #forAll: readonly string[];

  constructor({ origins, credentials = false, maxAge = 600 }: CorsOptions) {
    this.#origins = origins === "*" ? null : new Set(origins);
    this.#credentials = credentials && origins !== "*";
    this.#maxAge = maxAge;
    this.#forAll = ["access-control-allow-origin", "*", "access-control-expose-headers", exposed];
  }

  /** Whether answers differ by `Origin`, so that `Vary` must name it. */
  get varies(): boolean {
    return this.#origins !== null;
  }

  /** Fields of an answer to a page of `origin`; none where it is not allowed. */
  fields(origin: string | undefined): readonly string[] {
    if (origin === undefined) return [];
    if (this.#origins === null) return this.#forAll;
    if (!this.#origins.has(origin)) return [];
    const fields = ["access-control-allow-origin", origin, "access-control-expose-headers", exposed];
    return this.#credentials ? [...fields, "access-control-allow-credentials", "true"] : fields;
  }

  /** Fields of the answer to a preflight. */
  preflight(origin: string, methods: string): readonly string[] {
    const fields = this.fields(origin);
    if (fields.length === 0) return [];
    return [
      ...fields,
      "access-control-allow-methods",
      methods,
      "access-control-allow-headers",
      allowedHeaders,
      "access-control-max-age",
      String(this.#maxAge),
    ];
  }
}
