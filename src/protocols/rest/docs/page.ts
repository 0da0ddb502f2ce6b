import { createHash } from "node:crypto";
import { type Html, html } from "./html.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** A page and the `Content-Security-Policy` that it needs: it loads nothing, and runs only its own script. */
export interface Page {
  readonly html: string;
  readonly csp: string;
}

/** What stands on a page. */
export interface PageContent {
  readonly title: string;
  /** Beside the title: links, and what can be set. */
  readonly header: Html;
  /** Null where there is none. */
  readonly navigation: Html | null;
  readonly main: Html;
  readonly pageClass: "docs" | "error";
}

/** Puts a page together. */
export function toPage({ title, header, navigation, main, pageClass }: PageContent): Page {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body class="${pageClass}">
<a class="skip" href="#main">Skip to content</a>
<header class="top">${header}<button type="button" class="theme" hidden aria-label="Switch between light and dark">◐</button></header>
${navigation}
<main id="main" tabindex="-1">${main}</main>
<script>${script}</script>
</body>
</html>
`;
  return { html: page.text, csp };
}

/** Nothing is loaded from anywhere; styles and scripts are known by their hash, requests go to this origin alone. */
const csp: string = [
  "default-src 'none'",
  `style-src ${hashOf(style.text)}`,
  `script-src ${hashOf(script.text)}`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
