import { Html } from "./html.ts";

/** The look of all pages. Colours have a contrast of 4.5 : 1 at least (WCAG 2.2 AA), in light and in dark. */
export const style: Html = new Html(`
:root { color-scheme: light; --paper: #fff; --sunk: #f6f7f9; --ink: #1b1f27; --soft: #566070; --line: #dfe3e9; --link: #0b5cad; --mark: #fff3c4; --focus: #0b5cad;
  --get: #0b5cad; --post: #14713f; --put: #8a5200; --patch: #6b3fa8; --delete: #b3261e; }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { color-scheme: dark; --paper: #14171c; --sunk: #1c2027; --ink: #e6e9ee; --soft: #a3adbb; --line: #2f3641; --link: #82b8f5; --mark: #4a4013; --focus: #82b8f5;
  --get: #82b8f5; --post: #74cf9c; --put: #e9b45c; --patch: #c3a3f2; --delete: #f59a92; } }
:root[data-theme=dark] { color-scheme: dark; --paper: #14171c; --sunk: #1c2027; --ink: #e6e9ee; --soft: #a3adbb; --line: #2f3641; --link: #82b8f5; --mark: #4a4013; --focus: #82b8f5;
  --get: #82b8f5; --post: #74cf9c; --put: #e9b45c; --patch: #c3a3f2; --delete: #f59a92; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 4.25rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
code, pre, textarea, .path { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
a { color: var(--link); text-underline-offset: .15em; }
a code { text-underline-offset: .3em; }
a:has(> code:only-child) { text-underline-offset: .3em; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 3; background: var(--paper); padding: .5rem 1rem; }
.top { position: sticky; top: 0; z-index: 2; display: flex; gap: .5rem 1.25rem; align-items: center; min-height: 3.5rem; padding: .5rem 1.5rem; background: var(--paper); border-bottom: 1px solid var(--line); }
.top .title { font-weight: 650; font-size: 1.05rem; margin-right: auto; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
.versions { display: flex; gap: .25rem; list-style: none; margin: 0; padding: 0; }
.versions a { display: block; padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 99px; text-decoration: none; font-size: .875rem; }
.versions a[aria-current] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .3rem .8rem; cursor: pointer; }
button:hover { border-color: var(--soft); }
button.send { background: var(--ink); color: var(--paper); border-color: var(--ink); }
button.theme { padding: .2rem .55rem; font-size: 1.1rem; line-height: 1.2; }
input, select, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 6px; padding: .35rem .6rem; width: 100%; }
textarea { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875rem; line-height: 1.45; resize: vertical; }
.docs { display: grid; grid-template: "top top" auto "side main" 1fr / 17rem minmax(0, 1fr); }
.docs .top { grid-area: top; }
.side { grid-area: side; position: sticky; top: 3.5rem; align-self: start; max-height: calc(100vh - 3.5rem); overflow-y: auto; padding: 1.25rem 1rem 3rem 1.5rem; border-right: 1px solid var(--line); font-size: .875rem; }
.side summary { display: none; }
.side details > :not(summary) { display: block; }
.side h2 { font-size: .875rem; margin: 1.25rem 0 .25rem; }
.side ul { list-style: none; margin: 0; padding: 0; }
.side li a { display: flex; gap: .5rem; align-items: baseline; padding: .2rem .35rem; border-radius: 4px; color: inherit; text-decoration: none; }
.side li a:hover { background: var(--sunk); }
.side .method { flex: 0 0 3.1rem; }
.docs main { grid-area: main; padding: 1.5rem 2.5rem 6rem; max-width: 62rem; }
.error main { padding: 2rem 1.5rem 5rem; max-width: 46rem; margin: 0 auto; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.1rem; line-height: 1.35; margin: 0; }
h4 { font-size: .8rem; letter-spacing: .03em; color: var(--soft); margin: 1.25rem 0 .35rem; font-weight: 600; }
.error h3 { margin-top: 1.25rem; font-size: 1rem; }
p { margin: .4rem 0; max-width: 46rem; }
.meta { color: var(--soft); }
.notice { border-left: 3px solid var(--put); background: var(--sunk); padding: .6rem 1rem; margin: 1rem 0; }
.operation { border: 1px solid var(--line); border-radius: 10px; margin: 1rem 0; padding: 1rem 1.25rem 1.25rem; }
.operation:target { border-color: var(--focus); box-shadow: 0 0 0 1px var(--focus); }
.operation > header { display: flex; flex-wrap: wrap; gap: .15rem .75rem; align-items: baseline; }
.operation h3 a, .schema h3 a { color: inherit; text-decoration: none; }
.operation h3 a:hover, .schema h3 a:hover { text-decoration: underline; }
.address { flex-basis: 100%; display: flex; gap: .6rem; align-items: baseline; }
.path { overflow-wrap: anywhere; }
.method { font: 700 .72rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; letter-spacing: .02em; }
.GET { color: var(--get); } .POST { color: var(--post); } .PUT { color: var(--put); } .PATCH { color: var(--patch); } .DELETE { color: var(--delete); }
.tag { font-size: .75rem; border: 1px solid var(--line); border-radius: 99px; padding: 0 .55rem; color: var(--soft); white-space: nowrap; }
.tag.warn { color: var(--put); border-color: currentColor; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); font-size: .8rem; }
tbody th { color: inherit; font-weight: 400; font-size: inherit; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
td p { margin: 0 0 .25rem; }
.name { display: block; white-space: nowrap; }
.depth1 { padding-left: 1.1rem; } .depth2 { padding-left: 2.2rem; } .depth3 { padding-left: 3.3rem; }
.type { color: var(--soft); font-size: .8125rem; }
.need { color: var(--delete); font-size: .75rem; }
.rules { color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
pre { background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; margin: .35rem 0; overflow-x: auto; line-height: 1.45; font-size: .8125rem; }
pre code { font-size: inherit; }
:not(pre) > code { overflow-wrap: anywhere; }
details > summary { cursor: pointer; }
.answers { margin: 0; padding: 0; list-style: none; }
.answers > li { border-bottom: 1px solid var(--line); padding: .4rem 0; }
.answers > li:last-child { border-bottom: 0; }
.answers .line { padding-left: 1.05rem; }
.status { font: 700 .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; display: inline-block; min-width: 4.2rem; }
.s2 { color: var(--post); } .s3 { color: var(--get); } .s4 { color: var(--put); } .s5, .sd { color: var(--delete); }
.codes { margin: .2rem 0 .2rem 4.2rem; padding: 0; list-style: none; font-size: .9rem; }
.try { margin-top: 1rem; border-top: 1px solid var(--line); padding-top: .6rem; }
.try > summary { font-weight: 600; font-size: .9rem; }
.inputs { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem 1rem; margin: .6rem 0; }
.inputs label { font-size: .8125rem; }
.inputs .wide { grid-column: 1 / -1; }
.reply { white-space: pre-wrap; overflow-wrap: anywhere; }
.set { display: flex; gap: .5rem 1.5rem; flex-wrap: wrap; margin: 1rem 0; }
.set label { flex: 0 1 24rem; font-size: .8125rem; }
.schema { border-top: 1px solid var(--line); padding: 1rem 0; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.5rem; margin: 1.25rem 0; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 52rem) {
  .docs { display: block; }
  .top { position: static; padding: .6rem 1rem; flex-wrap: wrap; }
  .top .title { flex: 1 1 calc(100% - 4.5rem); }
  .top > :not(.title) { order: 2; }
  .top > .theme { order: 1; }
  .side { position: static; max-height: none; border: 0; border-bottom: 1px solid var(--line); padding: .75rem 1rem; }
  .side summary { display: list-item; font-weight: 600; font-size: 1rem; }
  .side details:not([open]) > :not(summary) { display: none; }
  .side li a { padding: .45rem .35rem; }
  .docs main { padding: 1rem 1rem 5rem; }
  .operation { padding: .9rem .9rem 1rem; }
  .codes { margin-left: 0; }
  h1 { font-size: 1.5rem; }
  .fields thead { display: none; }
  .fields tr { display: block; border-bottom: 1px solid var(--line); padding: .4rem 0; }
  .fields tr:last-child { border-bottom: 0; }
  .fields th, .fields td { display: block; border: 0; padding: .1rem 0; }
  .fields td:empty { display: none; }
}
@media print { .top, .side, .try { display: none; } .docs { display: block; } }
`);
