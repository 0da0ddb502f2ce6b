import type { JsonObject } from "../../../base/json.ts";
import type { Page } from "./page.ts";

/** One version, as the page links to it. */
export interface DocsVersion {
  readonly name: string;
  /** Where its page is: `/docs/v1`. */
  readonly docsUrl: string;
  /** Where its OpenAPI document is: `/api/v1/openapi.json`. */
  readonly openApiUrl: string;
  readonly deprecated: boolean;
}

/** What the page is made from. */
export interface DocsOptions {
  readonly title: string;
  /** The OpenAPI document to show, as `describeOpenApi` makes it. */
  readonly document: JsonObject;
  /** Name of the version that the document is of. */
  readonly version: string;
  readonly versions: readonly DocsVersion[];
  /** Base of examples that are meant to be pasted: `http://localhost:8000`. */
  readonly origin: string;
}

/** The documentation of one version as one page that loads nothing from elsewhere and reads well without scripts. */
export function docsPage(_options: DocsOptions): Page {
  return { html: "", csp: "" };
}
