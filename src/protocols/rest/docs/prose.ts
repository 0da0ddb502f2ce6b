import { type Html, html } from "./html.ts";

/** Descriptions as HTML: paragraphs, and `code` between backticks. The rest of Markdown is shown as it is written. */
export function prose(text: string): Html {
  const paragraphs = text.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== "");
  return html`${paragraphs.map((paragraph) => html`<p>${inline(paragraph)}</p>`)}`;
}

/** The same within a paragraph or a cell. */
export function inline(text: string): Html {
  const parts = text.split(/`([^`]+)`/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
