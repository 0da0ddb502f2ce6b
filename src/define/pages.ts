/**
 * Files that an application serves as they are, by the address that they stand at: a folder at a path that ends in `/`, with all
 * that is in it, or a single file at any path. `{ "/": new URL("./page/", import.meta.url) }`
 */
export type Pages = Readonly<Record<string, URL | PagesAt>>;

/** The files at one address, where the usual policy does not do. */
export interface PagesAt {
  /** A folder (a URL that ends in `/`) or a file. */
  readonly from: URL;
  /** `Content-Security-Policy` of its HTML; without it, nothing comes from elsewhere, and script stands in files or in the HTML as it is served. */
  readonly contentSecurityPolicy?: string;
}
