import { Agent, type IncomingMessage, type RequestOptions as NodeRequest, request } from "node:http";

/** What a request has beside its method and address. */
export interface RequestOptions {
  /** Header fields, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `application/json`, unless `headers` say otherwise. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
  /** The token of `Authorization: Bearer`. */
  readonly bearer?: string;
  /** `API-Version`. */
  readonly version?: string;
  readonly signal?: AbortSignal;
}

/** An answer as it came: nothing is decompressed, followed or kept. */
export interface Answer {
  readonly status: number;
  /** Header fields by their lower-case names; lines of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly text: string;
  /** The content read as JSON; `undefined` where there is none, or it is something else. */
  readonly json: unknown;
}

/** Sends requests to one origin over connections that are kept between them. */
export class HttpClient {
  readonly #origin: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Sends one request: `GET /users`. Rejects when no whole answer came. */
  send(line: string, options: RequestOptions = {}): Promise<Answer> {
    const [method = "GET", target = "/"] = line.split(" ");
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const content = contentOf(options);
    const given: NodeRequest = { agent: this.#agent, method, headers: headersOf(options) };
    if (options.signal !== undefined) given.signal = options.signal;
    const sent = request(`${this.#origin}${target}`, given, (message) => {
      readAnswer(message).then(resolve, reject);
    });
    sent.on("error", reject);
    sent.end(content);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}

function contentOf({ json, body }: RequestOptions): string | Uint8Array | undefined {
  return json === undefined ? body : JSON.stringify(json);
}

function headersOf(options: RequestOptions): Record<string, string | number> {
  const { json, bearer, version, headers } = options;
  const content = contentOf(options);
  return {
    ...(json === undefined ? {} : { "content-type": "application/json" }),
    // Stated for every method: Node would send what a GET has in chunks.
    ...(content === undefined ? {} : { "content-length": Buffer.byteLength(content) }),
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(version === undefined ? {} : { "api-version": version }),
    ...headers,
  };
}

async function readAnswer(message: IncomingMessage): Promise<Answer> {
  const parts: Uint8Array[] = [];
  for await (const part of message) parts.push(part);
  const bytes = Buffer.concat(parts);
  const headers = Object.fromEntries(
    Object.entries(message.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]),
  );
  const text = bytes.toString("utf8");
  return {
    status: message.statusCode ?? 0,
    headers,
    bytes,
    text,
    json: parse(text, headers["content-type"]),
  };
}

function parse(text: string, type: string | undefined): unknown {
  if (type === undefined || !/\bjson\b/.test(type) || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Compressed, or cut off: the bytes are there for whoever expects that.
    return undefined;
  }
}
