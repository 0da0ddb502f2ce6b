import type { JsonObject, JsonValue } from "../../../base/json.ts";
import { bodyOf, curl, mustSignIn } from "./curl.ts";
import { type DocumentOperation, type OpenApiDocument, objectAt, textAt, toObject } from "./document.ts";
import { type Html, html } from "./html.ts";
import { shownParameters } from "./parameters.ts";
import { inline, prose } from "./prose.ts";
import { type FieldRow, fieldTable, schemaTable, typeOf } from "./schema-table.ts";
import { tryForm } from "./try-form.ts";

/** Everything about one operation. */
export function operationSection(
  document: OpenApiDocument,
  described: DocumentOperation,
  origin: string,
): Html {
  const { id, method, template, summary, operation } = described;
  const words = [id, method, template, summary, textAt(operation, "description")].join(" ").toLowerCase();
  return html`<article class="operation" id="${id}" data-words="${words}" aria-labelledby="${id}-title">
<header><h3 id="${id}-title"><a href="#${id}">${summary}</a></h3>${operation["deprecated"] === true ? html`<span class="tag warn">deprecated</span>` : null}${
    mustSignIn(operation) ? html`<span class="tag">needs a token</span>` : null
  }
<div class="address"><span class="method ${method}">${method}</span> <span class="path">${document.server}${template}</span></div></header>
${prose(textAt(operation, "description"))}
${parameterTable(document, operation)}
${requestBody(document, operation)}
<h4>Example</h4>
<pre tabindex="0"><code class="curl" data-origin="${origin}">${curl(document, described, origin)}</code></pre>
<h4>Answers</h4>
${answers(document, operation)}
${tryForm(document, described)}
</article>`;
}

function parameterTable(document: OpenApiDocument, operation: JsonObject): Html | null {
  const rows = shownParameters(document, operation).map((parameter): FieldRow => {
    const place = textAt(parameter, "in");
    return {
      name: textAt(parameter, "name"),
      depth: 0,
      required: parameter["required"] === true,
      description:
        `In the ${place === "header" ? "header" : place}. ${textAt(parameter, "description")}`.trim(),
      deprecated: false,
      schema: objectAt(parameter, "schema"),
    };
  });
  return rows.length === 0 ? null : html`<h4>Parameters</h4>${fieldTable(rows, "Name")}`;
}

function requestBody(document: OpenApiDocument, operation: JsonObject): Html | null {
  if (operation["requestBody"] === undefined) return null;
  const { media } = bodyOf(operation);
  const types = Object.keys(objectAt(operation["requestBody"], "content"));
  return html`<h4>Body: ${typeOf(objectAt(media, "schema"))}, as ${types.map((type, index) => html`${index === 0 ? null : " or "}<code>${type}</code>`)}</h4>${schemaTable(document, media["schema"], "input")}`;
}

function answers(document: OpenApiDocument, operation: JsonObject): Html {
  const entries = Object.entries(objectAt(operation, "responses"));
  return html`<ul class="answers">${entries.map(([status, response]) => html`<li>${answer(status, document.resolve(response))}</li>`)}</ul>`;
}

function answer(status: string, response: JsonObject): Html {
  const media = objectAt(objectAt(response, "content"), "application/json");
  const shown = html`<span class="status s${status.slice(0, 1)}">${status === "default" ? "others" : status}</span>`;
  if (status.startsWith("4") || status.startsWith("5")) return refusal(shown, media);
  const schema = objectAt(media, "schema");
  const type = Object.keys(schema).length === 0 ? null : html` <span class="type">${typeOf(schema)}</span>`;
  const headers = Object.keys(objectAt(response, "headers"));
  const fields = headers.length === 0 ? null : html`<div class="rules">With ${headers.join(", ")}</div>`;
  const line = html`${shown}${inline(textAt(response, "description"))}${type}`;
  const { example } = media;
  if (example === undefined) return html`<div class="line">${line}${fields}</div>`;
  return html`<details><summary>${line}</summary>${fields}${json(example)}</details>`;
}

/** The errors of one status, each with a link to its page. */
function refusal(shown: Html, media: JsonObject): Html {
  const examples = Object.entries(objectAt(media, "examples"));
  const codes = examples.map(
    ([code, example]) =>
      html`<li><a href="/errors/${code}"><code>${code}</code></a> ${textAt(example, "summary")}</li>`,
  );
  const [first] = examples;
  const body = first === undefined ? null : json(toObject(first[1])["value"] ?? null);
  return html`<details><summary>${shown}${examples.map(([code], index) => html`${index === 0 ? null : ", "}<code>${code}</code>`)}</summary><ul class="codes">${codes}</ul>${body}</details>`;
}

function json(value: JsonValue): Html {
  return html`<pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`;
}
