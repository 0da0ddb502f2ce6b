import { Html } from "./html.ts";

/**
 * The script of all pages. Without it they read as well; with it there are a theme to choose, a search and requests to
 * try. It makes no markup of text: answers go in as text content.
 */
export const script: Html = new Html(`
"use strict";
const root = document.documentElement;
const theme = document.querySelector("button.theme");
const stored = (value) => { try { return value === undefined ? localStorage.getItem("theme") : localStorage.setItem("theme", value); } catch { return null; } };
if (stored() === "dark" || stored() === "light") root.dataset.theme = stored();
theme.hidden = false;
theme.addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  stored(root.dataset.theme);
});

for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;
const side = document.querySelector(".side details");
const phone = matchMedia("(max-width: 52rem)");
const fold = () => { if (side) side.open = !phone.matches; };
phone.addEventListener("change", fold);
fold();

const search = document.querySelector("#search");
search?.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const operation of document.querySelectorAll(".operation")) {
    const shown = words.every((word) => operation.dataset.words.includes(word));
    operation.hidden = !shown;
    const link = document.querySelector('.side a[href="#' + CSS.escape(operation.id) + '"]');
    if (link) link.parentElement.hidden = !shown;
  }
  for (const group of document.querySelectorAll("[data-group]"))
    group.hidden = words.length > 0 && !group.querySelector(":scope > .operation:not([hidden]), :scope > ul > li:not([hidden])");
});

const token = document.querySelector("#token");
token?.form.addEventListener("submit", (event) => event.preventDefault());
const quote = (text) => "'" + text.replaceAll("'", "'\\\\''") + "'";

function requestOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const field of form.elements) {
    const place = field.dataset.in;
    if (!place || (field.value === "" && place !== "path")) continue;
    if (place === "path") path = path.replace("{" + field.name + "}", encodeURIComponent(field.value));
    else if (place === "header") headers[field.name] = field.value;
    else if (place === "query" && field.dataset.list === "repeat") for (const each of field.value.split(",")) query.append(field.name, each.trim());
    else if (place === "query") query.append(field.name, field.value);
  }
  if (token && token.value && form.dataset.security) headers.authorization = "Bearer " + token.value;
  const body = form.elements.body ? form.elements.body.value : "";
  if (body) headers["content-type"] = form.dataset.type;
  const search = query.size > 0 ? "?" + query : "";
  return { url: path + search, method: form.dataset.method, headers, body };
}

function toCurl({ url, method, headers, body }) {
  const parts = ["curl" + (method === "GET" ? "" : " -X " + method) + " " + quote(location.origin + url)];
  for (const [name, value] of Object.entries(headers)) parts.push("-H " + quote(name + ": " + value));
  if (body) parts.push("-d " + quote(body));
  return parts.join(" \\\\\\n  ");
}

async function send(form) {
  const { url, method, headers, body } = requestOf(form);
  const reply = form.querySelector(".reply");
  reply.hidden = false;
  reply.textContent = "…";
  const start = performance.now();
  try {
    const answer = await fetch(url, { method, headers, body: body || undefined, cache: "no-store" });
    const text = await answer.text();
    const fields = ["etag", "location", "cache-control", "retry-after"].filter((name) => answer.headers.has(name));
    if (answer.ok) remember(form, text);
    const head = answer.status + " " + answer.statusText + " (" + Math.round(performance.now() - start) + " ms)";
    reply.textContent = [head, ...fields.map((name) => name + ": " + answer.headers.get(name)), "", pretty(text)].join("\\n").trimEnd();
  } catch (error) {
    reply.textContent = "No answer: " + error.message;
  }
}

// An id that was answered is one to go on with: it takes the place of made-up ones.
function remember(form, text) {
  const id = /"id":"([^"]+)"/.exec(text)?.[1];
  if (id === undefined) return;
  for (const field of form.closest("[data-group]").querySelectorAll("input[data-in=path][name=id]")) {
    if (field.value !== field.defaultValue) continue;
    field.value = field.defaultValue = id;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

for (const curl of document.querySelectorAll(".curl")) curl.textContent = curl.textContent.replace(curl.dataset.origin, location.origin);

for (const form of document.querySelectorAll("form.request")) {
  const curl = form.closest(".operation").querySelector(".curl");
  const follow = () => { curl.textContent = toCurl(requestOf(form)); };
  form.addEventListener("input", follow);
  form.addEventListener("submit", (event) => { event.preventDefault(); follow(); send(form); });
}
`);
