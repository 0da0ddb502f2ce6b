import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { script } from "./script.ts";

/** A file that the page loads. */
export interface PageFile {
  readonly mediaType: string;
  readonly content: () => string | Uint8Array;
}

/** Where other people's files stand in what is published (`scripts/bundle.ts` puts them there), beside the folder of this code. */
const published = new URL("../graphiql/", import.meta.url);

/** Files by name. GraphiQL and React come as they are made for browsers, without a build. */
export const pageFiles: ReadonlyMap<string, PageFile> = new Map([
  ["react.js", foreign("react.js", "react", "umd/react.production.min.js")],
  ["react-dom.js", foreign("react-dom.js", "react-dom", "umd/react-dom.production.min.js")],
  ["graphiql.js", foreign("graphiql.js", "graphiql", "graphiql.min.js")],
  ["graphiql.css", foreign("graphiql.css", "graphiql", "graphiql.min.css")],
  ["page.js", { mediaType: "text/javascript; charset=utf-8", content: () => script }],
]);

/** A file of another package: where sources run as they are, it is taken from there. */
function foreign(name: string, packageName: string, path: string): PageFile {
  const mediaType = name.endsWith(".css") ? "text/css" : "text/javascript";
  const content = (): Uint8Array => {
    const own = fileURLToPath(new URL(name, published));
    if (existsSync(own)) return readFileSync(own);
    const { resolve } = createRequire(import.meta.url);
    return readFileSync(join(dirname(resolve(`${packageName}/package.json`)), path));
  };
  return { mediaType: `${mediaType}; charset=utf-8`, content };
}
