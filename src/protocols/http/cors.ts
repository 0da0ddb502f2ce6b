import type { Origins } from "../../net/index.ts";

/** Which pages of other origins may call (Fetch standard, CORS protocol). */
export interface CorsOptions {
  /** `*` for all, or a list such as `https://app.example.com`. */
  readonly origins: "*" | readonly string[];
  /** Whether cookies and HTTP authentication may go along; never with `*`. */
  readonly credentials?: boolean;
  /** Seconds that a preflight's answer holds; 600 where it is not stated. */
  readonly maxAge?: number;
}

/** The fields that a protocol has beside the safelisted ones, as lists of names. */
export interface CorsFields {
  /** Of answers, which scripts may read. */
  readonly exposed: string;
  /** Of requests, which scripts may set; null for whatever a preflight asks for. */
  readonly allowed: string | null;
}

/** The CORS policy, compiled. */
export class Cors {
  readonly #origins: ReadonlySet<string> | null;
  readonly #credentials: boolean;
  readonly #maxAge: number;
  readonly #names: CorsFields;
  readonly #forAll: readonly string[];

  constructor({ origins, credentials = false, maxAge = 600 }: CorsOptions, names: CorsFields) {
    this.#names = names;
    this.#origins = origins === "*" ? null : new Set(origins);
    this.#credentials = credentials && origins !== "*";
    this.#maxAge = maxAge;
    this.#forAll = ["access-control-allow-origin", "*", "access-control-expose-headers", names.exposed];
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
    const fields = [
      "access-control-allow-origin",
      origin,
      "access-control-expose-headers",
      this.#names.exposed,
    ];
    return this.#credentials ? [...fields, "access-control-allow-credentials", "true"] : fields;
  }

  /** Fields of the answer to a preflight that asks for some request fields. */
  preflight(origin: string, methods: string, asked: string | undefined): readonly string[] {
    const fields = this.fields(origin);
    if (fields.length === 0) return [];
    return [
      ...fields,
      "access-control-allow-methods",
      methods,
      "access-control-allow-headers",
      this.#names.allowed ?? asked ?? "",
      "access-control-max-age",
      String(this.#maxAge),
    ];
  }
}

/** Which pages may open WebSockets: those that may call by CORS. */
export function socketOrigins(cors: CorsOptions | null): Origins {
  if (cors === null) return "same";
  return cors.origins === "*" ? "any" : cors.origins;
}
