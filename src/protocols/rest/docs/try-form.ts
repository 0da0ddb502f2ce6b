import type { JsonObject } from "../../../base/json.ts";
import { bodyOf, headerExample, mustSignIn, parameterExample } from "./curl.ts";
import { type DocumentOperation, listAt, type OpenApiDocument, objectAt, textAt } from "./document.ts";
import { type Html, html } from "./html.ts";
import { shownParameters } from "./parameters.ts";

/** A form that sends the operation's request. It shows up only where scripts run. */
export function tryForm(document: OpenApiDocument, described: DocumentOperation): Html {
  const { id, method, template, operation } = described;
  const parameters = shownParameters(document, operation);
  const { type, example } = bodyOf(operation);
  const hasBody = Object.keys(objectAt(operation, "requestBody")).length > 0;
  const body = example === undefined ? "{}" : JSON.stringify(example, null, 2);
  return html`<details class="try" data-scripted hidden><summary>Try it</summary>
<form class="request" data-method="${method}" data-path="${document.server}${template}" data-type="${type}"${
    usesToken(operation) ? html` data-security="bearer"` : null
  } autocomplete="off">
<div class="inputs">${parameters.map((parameter) => parameterInput(id, parameter))}${
    hasBody
      ? html`<label class="wide">Body (${type})<textarea name="body" rows="${Math.min(16, body.split("\n").length + 1)}" spellcheck="false">${body}</textarea></label>`
      : null
  }</div>
<button class="send">Send</button>
<pre class="reply" role="status" hidden></pre>
</form></details>`;
}

function parameterInput(operation: string, parameter: JsonObject): Html {
  const name = textAt(parameter, "name");
  const required = parameter["required"] === true;
  const place = textAt(parameter, "in");
  const usual = !required ? "" : place === "header" ? headerExample(name) : parameterExample(parameter);
  const list = objectAt(parameter, "schema")["type"] === "array" && parameter["explode"] === true;
  return html`<label for="${operation}-${name}">${name}${required ? " (required)" : null}<input id="${operation}-${name}" name="${name}" data-in="${place}"${
    list ? html` data-list="repeat"` : null
  } value="${usual}"${required ? html` required` : null}></label>`;
}

function usesToken(operation: JsonObject): boolean {
  return mustSignIn(operation) || listAt(operation, "security").length > 0;
}
