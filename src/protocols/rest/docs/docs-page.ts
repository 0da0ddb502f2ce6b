import type { JsonObject } from "../../../base/json.ts";
import { listAt, OpenApiDocument, objectAt, textAt, toObject } from "./document.ts";
import { type Html, html } from "./html.ts";
import { operationSection } from "./operation-section.ts";
import { type Page, toPage } from "./page.ts";
import { prose } from "./prose.ts";
import { schemaTable } from "./schema-table.ts";

/** One version, as the page links to it. */
export interface DocsVersion {
  readonly name: string;
  /** Where its page is: `/docs/v1`. */
  readonly docsUrl: string;
  /** Where its OpenAPI document is: `/api/v1/openapi.json`. */
  readonly openApiUrl: string;
  /** Where that of its calls and channels over WebSocket is: `/api/v1/asyncapi.json`. */
  readonly asyncApiUrl: string;
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
  /**
   * Base of examples that are meant to be pasted; `http://localhost:8000` where it is empty. Where scripts run, the page
   * puts the address that it was loaded from in its place.
   */
  readonly origin: string;
}

/** The documentation of one version as one page that loads nothing from elsewhere and reads well without scripts. */
export function docsPage(options: DocsOptions): Page {
  const document = new OpenApiDocument(options.document);
  return toPage({
    title: `${options.title}, version ${options.version}`,
    pageClass: "docs",
    header: header(options),
    navigation: navigation(document),
    main: main(document, { ...options, origin: options.origin || "http://localhost:8000" }),
  });
}

function header({ title, version, versions }: DocsOptions): Html {
  const current = versions.find(({ name }) => name === version);
  const links = versions.map(
    ({ name, docsUrl }) =>
      html`<li><a href="${docsUrl}"${name === version ? html` aria-current="page"` : null}>v${name}</a></li>`,
  );
  return html`<a class="title" href="#main">${title}</a>
${versions.length > 1 ? html`<nav aria-label="Versions"><ul class="versions">${links}</ul></nav>` : null}
${
  current === undefined
    ? null
    : html`<a href="${current.openApiUrl}">OpenAPI</a>
<a href="${current.asyncApiUrl}">AsyncAPI</a>`
}
<a href="/errors">Errors</a>`;
}

function navigation(document: OpenApiDocument): Html {
  const groups = tagsOf(document).map(
    ({ name, operations }) =>
      html`<div data-group><h2>${name}</h2><ul>${operations.map(
        ({ id, method, summary }) =>
          html`<li><a href="#${id}"><span class="method ${method}">${method}</span>${summary}</a></li>`,
      )}</ul></div>`,
  );
  return html`<nav class="side" aria-label="Operations"><details open><summary>Operations</summary><div>
<label data-scripted hidden>Search<input type="search" id="search"></label>
${groups}
<div><h2><a href="#schemas">Schemas</a></h2></div></div></details></nav>`;
}

function main(document: OpenApiDocument, { title, version, versions, origin }: DocsOptions): Html {
  const current = versions.find(({ name }) => name === version);
  const groups = tagsOf(document).map(
    ({
      name,
      description,
      operations,
    }) => html`<section data-group aria-labelledby="tag-${name}"><h2 id="tag-${name}">${name}</h2>
${prose(description)}
${operations.map((operation) => operationSection(document, operation, origin))}</section>`,
  );
  return html`<h1>${title}</h1>
<p class="meta">Version ${version} · <code>${document.server === "" ? "/" : document.server}</code></p>
${current?.deprecated === true ? html`<p class="notice">This version is deprecated.</p>` : null}
${prose(textAt(document.root["info"], "description"))}
${settings(document)}
${groups}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>${schemas(document)}</section>`;
}

/** What all requests that are tried share. */
function settings(document: OpenApiDocument): Html | null {
  const schemes = objectAt(objectAt(document.root, "components"), "securitySchemes");
  if (Object.keys(schemes).length === 0) return null;
  return html`<form class="set" data-scripted hidden><label>Bearer token for requests that you try<input type="password" id="token" autocomplete="off"></label></form>`;
}

function schemas(document: OpenApiDocument): readonly Html[] {
  const all = objectAt(objectAt(document.root, "components"), "schemas");
  return Object.entries(all).map(([name, schema]) => {
    const use = toObject(schema)["additionalProperties"] === false ? "input" : "output";
    return html`<article class="schema" id="schema-${name}"><h3><a href="#schema-${name}">${name}</a></h3>${prose(textAt(schema, "description"))}${schemaTable(document, schema, use)}</article>`;
  });
}

interface Tag {
  readonly name: string;
  readonly description: string;
  readonly operations: OpenApiDocument["operations"];
}

/** Tags that some operation has, in the order of the document. */
function tagsOf({ root, operations }: OpenApiDocument): readonly Tag[] {
  return listAt(root, "tags")
    .map((tag) => {
      const name = textAt(tag, "name");
      const own = operations.filter((operation) => operation.tag === name);
      return { name, description: textAt(tag, "description"), operations: own };
    })
    .filter((tag) => tag.operations.length > 0);
}
