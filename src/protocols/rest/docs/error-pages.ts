import { toUpperSnakeCase } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import { errorKinds } from "../../../errors/kinds.ts";
import type { ApiPlan } from "../../../plan/api-plan.ts";
import { Field } from "../../../schema/field.ts";
import { toJsonSchema } from "../../../schema/json-schema.ts";
import { type ErrorEntry, errorCatalog } from "../../http/describe/error-catalog.ts";
import { toErrorExample, toProblemExample } from "../describe/error-responses.ts";
import { toObject } from "./document.ts";
import { adviceByCode, adviceByKind } from "./error-advice.ts";
import { type Html, html } from "./html.ts";
import { type Page, toPage } from "./page.ts";
import { inline, prose } from "./prose.ts";
import { fieldTable } from "./schema-table.ts";

/** What stands at the address of an error: for people, and for programs. */
export interface ErrorPage extends Page {
  readonly json: JsonObject;
}

/** The pages of every error that the API may answer with, by code. They stand at `/errors/{CODE}`. */
export function errorPages(plan: ApiPlan): ReadonlyMap<string, ErrorPage> {
  return new Map(errorCatalog(plan).map((entry) => [entry.code, errorPage(plan, entry)]));
}

/** The page at `/errors`: all of them. */
export function errorIndex(plan: ApiPlan): ErrorPage {
  const entries = errorCatalog(plan);
  const title = `Errors of ${titleOf(plan)}`;
  const parts = [
    { name: "Of this API", of: entries.filter(({ source }) => source === "application") },
    { name: "Of every API of fourfold", of: entries.filter(({ source }) => source === "framework") },
  ];
  const page = toPage({
    title,
    pageClass: "error",
    header: header(plan),
    navigation: null,
    main: html`<h1>${title}</h1>${parts.filter(({ of }) => of.length > 0).map(({ name, of }) => html`<h2>${name}</h2>${indexTable(of)}`)}`,
  });
  return { ...page, json: { errors: entries.map(toJson) } };
}

function errorPage(plan: ApiPlan, entry: ErrorEntry): ErrorPage {
  const { code, kind, http, message, description } = entry;
  const { grpc, retryable } = errorKinds[kind];
  const page = toPage({
    title: `${code} · ${titleOf(plan)}`,
    pageClass: "error",
    header: header(plan),
    navigation: null,
    main: html`<h1>${code}</h1>
<p>${message}.</p>
${description === null ? null : prose(description)}
<dl class="facts">
<dt>Kind</dt><dd><code>${kind}</code></dd>
<dt>HTTP</dt><dd>${http}</dd>
<dt>gRPC</dt><dd>${grpc} <code>${toUpperSnakeCase(kind)}</code></dd>
<dt>Try again?</dt><dd>${retryable ? "It may succeed later, as it is." : "Not as it is."}</dd>
</dl>
<h2>What to do</h2>
${prose(adviceOf(entry))}
${detailsSection(entry)}
<h2>What it looks like</h2>
<h3>As <code>application/json</code></h3>
${json(toErrorExample(entry))}
<h3>As <code>application/problem+json</code></h3>
${json(toProblemExample(entry))}`,
  });
  return { ...page, json: toJson(entry) };
}

function header(plan: ApiPlan): Html {
  return html`<a class="title" href="/docs">${titleOf(plan)}</a><a href="/docs">Documentation</a><a href="/errors">Errors</a>`;
}

function titleOf({ api }: ApiPlan): string {
  return api.options.title ?? api.name;
}

function indexTable(entries: readonly ErrorEntry[]): Html {
  const rows = entries.map(
    ({ code, http, message }) =>
      html`<tr><th scope="row"><a href="/errors/${code}"><code>${code}</code></a></th><td>${http}</td><td>${inline(message)}</td></tr>`,
  );
  return html`<div class="scroll"><table class="fields"><thead><tr><th scope="col">Code</th><th scope="col">HTTP</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function detailsSection(entry: ErrorEntry): Html | null {
  const rows = Object.entries(detailSchemas(entry)).map(([name, value]) => {
    const schema = toObject(value);
    const { description } = schema;
    const text = typeof description === "string" ? description : "";
    return { name, depth: 0, required: false, description: text, deprecated: false, schema };
  });
  return rows.length === 0 ? null : html`<h2>Details</h2>${fieldTable(rows, "Detail")}`;
}

function detailSchemas({ details }: ErrorEntry): JsonObject {
  const options = { use: "output", rowReference: (name: string) => `#/components/schemas/${name}` } as const;
  return Object.fromEntries(
    Object.entries(details).map(([name, type]) => [
      name,
      type instanceof Field ? toJsonSchema(type, options) : {},
    ]),
  );
}

function adviceOf({ code, kind, source }: ErrorEntry): string {
  const known: Readonly<Record<string, string>> = adviceByCode;
  return (source === "framework" ? known[code] : undefined) ?? adviceByKind[kind];
}

function toJson(entry: ErrorEntry): JsonObject {
  const { code, kind, http, message, description } = entry;
  const { grpc, retryable } = errorKinds[kind];
  return {
    code,
    kind,
    http,
    grpc: { code: grpc, name: toUpperSnakeCase(kind) },
    message,
    ...(description === null ? {} : { description }),
    advice: adviceOf(entry),
    retryable,
    details: detailSchemas(entry),
  };
}

function json(value: JsonObject): Html {
  return html`<pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`;
}
