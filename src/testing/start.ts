import type { Api } from "../define/api.ts";
import type { Caller } from "../define/caller.ts";
import type { Operation } from "../define/definition.ts";
import { type ServeOptions, type Server, serve } from "../server/index.ts";
import { emptyDatabase } from "./databases.ts";
import { type Answer, HttpClient, type RequestOptions } from "./http.ts";

/** What {@link startTest} may be told: what `serve` takes. */
export type TestOptions = ServeOptions;

/** A server for a test, on a free port of this machine. `await using` ends it. */
export interface TestServer extends AsyncDisposable {
  readonly server: Server;
  /** `http://127.0.0.1:49152` */
  readonly origin: string;
  readonly port: number;
  /** Sends a request over HTTP: `request("GET /users")`. */
  request(line: string, options?: RequestOptions): Promise<Answer>;
  /** Calls an operation in this process, as nobody where no caller is stated. */
  call<I, O>(operation: Operation<I, O>, input: I, as?: Caller): Promise<O>;
  /** Ends it: requests in flight are cut off. */
  close(): Promise<void>;
}

/**
 * Serves an API for a test: on a free port, with an empty database in memory, or that of `testDatabases` (the API's `seed` fills it), and
 * without a log, where `options` do not say otherwise. Rejects as `serve` does.
 */
export async function startTest(api: Api, options: TestOptions = {}): Promise<TestServer> {
  const server = await serve(api, {
    listen: ["127.0.0.1:0"],
    database: await emptyDatabase(api),
    logLevel: "silent",
    ...options,
  });
  const port = Number(/:(\d+)$/.exec(server.origins[0] ?? "")?.[1]);
  const origin = `http://127.0.0.1:${port}`;
  const client = new HttpClient(origin);
  const close = async (): Promise<void> => {
    client.close();
    await server.close("now");
  };
  return {
    server,
    origin,
    port,
    request: (line, requested) => client.send(line, requested),
    call: (operation, input, as) => server.call(operation, input, as),
    close,
    [Symbol.asyncDispose]: close,
  };
}
