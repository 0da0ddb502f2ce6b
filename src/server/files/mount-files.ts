import type { Pages } from "../../define/pages.ts";
import { HeadBlock } from "../../net/head-block.ts";
import type { Protocol, RequestTarget } from "../../protocols/http/protocol.ts";
import type { RestMount } from "../../protocols/rest/mount.ts";
import { type PageHandler, respondPage } from "../fixed-page.ts";
import { StartError } from "../start-error.ts";
import { clientFiles, clientPath } from "./client-files.ts";
import { findFiles } from "./find-files.ts";
import type { PageFile } from "./page-file.ts";

/** What has addresses besides an application's files. */
export interface Addresses {
  /** Pages by path, to which the files are added. */
  readonly pages: Map<string, PageHandler>;
  readonly protocols: readonly Protocol[];
  readonly rest: RestMount;
}

/**
 * Gives an application's files their addresses, and the client that its pages may use; they are read when they are asked for. Throws a
 * StartError where there are none, or where one would stand in front of something else.
 */
export function mountFiles(stated: Pages, addresses: Addresses): void {
  const client = clientFiles();
  mount(client.files, addresses);
  if (client.entry !== null) addresses.pages.set(clientPath, redirect(client.entry));
  mount(stated, addresses);
}

function mount(stated: Pages, addresses: Addresses): void {
  const { files, redirects } = findFiles(stated);
  for (const [path, target] of redirects)
    if (!isTaken(path, addresses)) addresses.pages.set(path, redirect(target));
  for (const [path, file] of files) {
    if (isTaken(path, addresses))
      throw new StartError(`${file.path} would be at ${path}, where there is something else; rename it`);
    addresses.pages.set(path, answer(file));
  }
}

/** An address that REST only has for the sake of a parameter, such as `/{slug}`, may be a file's. */
function isTaken(path: string, { pages, protocols, rest }: Addresses): boolean {
  const values: string[] = [];
  const isOperation = rest.router.find(path, values) !== null && values.length === 0;
  const isCall = protocols.some(
    (protocol) =>
      protocol.takes({ request: get(path, null) }) || protocol.takes({ request: get(path, "websocket") }),
  );
  return pages.has(path) || isOperation || isCall;
}

function get(path: string, upgrade: string | null): RequestTarget {
  return { method: "GET", path, upgrade, header: () => undefined };
}

function answer(file: PageFile): PageHandler {
  return async (exchange) => (await import("./answer-file.ts")).answerFile(exchange, file);
}

function redirect(target: string): PageHandler {
  return (exchange) => {
    const { query } = exchange.request;
    const location = query === null ? target : `${target}?${query}`;
    return respondPage(exchange, new HeadBlock(308, ["location", location, "cache-control", "no-cache"]), "");
  };
}
