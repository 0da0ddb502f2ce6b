/** Where the page's files are, one for all versions. */
export const pagePath = "/graphql/page/";

/** Nothing is loaded from elsewhere. CodeMirror and Radix set styles from script. */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** GraphiQL for one endpoint. */
export function pageHtml(title: string, address: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · GraphiQL</title>
<link rel="stylesheet" href="${pagePath}graphiql.css">
<style>body { margin: 0; } #graphiql { height: 100dvh; }</style>
</head>
<body data-address="${escaped(address)}">
<div id="graphiql"></div>
<script src="${pagePath}react.js"></script>
<script src="${pagePath}react-dom.js"></script>
<script src="${pagePath}graphiql.js"></script>
<script src="${pagePath}page.js"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
