import type { Awaitable } from "../base/awaitable.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import type { Caller, Credentials } from "./caller.ts";
import type { AnyChannel } from "./channel-definition.ts";
import type { Database } from "./database.ts";
import type { AnyOperation, AnyResource } from "./definition.ts";
import type { Pages } from "./pages.ts";
import type { Proto } from "./proto.ts";
import type { QuotaOptions } from "./quota.ts";
import type { Version } from "./version.ts";

/** What an API may be told. */
export interface ApiOptions {
  readonly resources?: readonly AnyResource[];
  readonly operations?: readonly AnyOperation[];
  readonly channels?: readonly AnyChannel[];
  /** Errors beside those that resources and operations name, to have a page. */
  readonly errors?: readonly AnyErrorDefinition[];
  /** One version, named "1", where none is stated. */
  readonly versions?: readonly Version[];
  /** The version of a call that names none; the last one where it is not stated. */
  readonly defaultVersion?: string;
  /** Says who the caller is; null for nobody. What it throws is the answer. */
  readonly authenticate?: (credentials: Credentials) => Awaitable<Caller | null>;
  /** Fills an empty database at its first start. */
  readonly seed?: (db: Database) => Promise<void>;
  /** Time that any call may take, in milliseconds or as "30s". */
  readonly deadline?: number | string;
  /** How long changes are kept for those who go on watching from a position: milliseconds, or text such as "1h", the default. */
  readonly keepChanges?: number | string;
  /** How much each caller may ask for, over all protocols together; no limit where it is not stated. */
  readonly quota?: QuotaOptions;
  /** The committed file that pins the numbers of the .proto: `new URL("./fourfold.lock.json", import.meta.url)`. */
  readonly lock?: URL;
  /** .proto files that exist already, and what their rpcs call; made by `proto`. */
  readonly protos?: readonly Proto[];
  /** Files to serve as they are, a web page say: `{ "/": new URL("./page/", import.meta.url) }`. */
  readonly pages?: Pages;
  readonly title?: string;
  readonly description?: string;
}

/** An API: what `serve` serves. */
export interface Api {
  readonly kind: "api";
  /** In lower case: the package name of gRPC, among others. */
  readonly name: string;
  readonly options: ApiOptions;
}

/** Puts an API together. It is checked when it is compiled: `serve` and `fourfold check` list every mistake. */
export function api(name: string, options: ApiOptions): Api {
  return Object.freeze({ kind: "api", name, options });
}
