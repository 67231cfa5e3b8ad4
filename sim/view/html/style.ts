/** The style sheet of a report: one column, light and dark, screen and paper, wide tables and plots scroll by themselves. */
import { colourVariables } from "../plots/look.ts";

const variables = (which: "light" | "dark") =>
  colourVariables.map((colour) => `${colour.variable}: ${colour[which]};`).join(" ");

export const styleSheet = `
:root { color-scheme: light dark; ${variables("light")} --late: #b00020; --band: #f5f5f5; --link: #005a9c; }
@media screen and (prefers-color-scheme: dark) {
  :root { ${variables("dark")} --late: #ff7b8a; --band: #222222; --link: #7ab8f5; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 68rem; background: var(--paper); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .25rem; }
section { margin-top: 2.75rem; }
p, li, dd { max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; padding: 0; margin: 1rem 0 0; list-style: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0 0; }
dt { color: var(--faint); }
dd { margin: 0; }
figure { margin: 1rem 0 0; }
.scroll { overflow-x: auto; }
figure .scroll > svg { max-width: 100%; height: auto; min-width: min(100%, 36rem); }
@media (max-width: 40rem) { figure .scroll > svg { min-width: 36rem; } }
.scroll + .scroll { margin-top: 1.25rem; }
svg { display: block; font-family: inherit; }
svg text { fill: var(--text); font-size: 12px; }
svg text[fill="white"] { fill: white; }
svg text[fill="black"] { fill: black; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .45rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
th:first-child, td.word { text-align: left; }
thead th { vertical-align: bottom; font-weight: 600; border-bottom-color: var(--faint); white-space: normal; max-width: 8.5rem; }
thead th.word { text-align: left; }
tbody th { font-weight: normal; }
tbody tr:hover { background: var(--band); }
td.best { font-weight: 700; }
td.best::after { content: " *"; }
td:not(.best)::after { content: " \\00a0"; white-space: pre; }
caption { text-align: left; color: var(--faint); padding: .5rem 0 .25rem; }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--link); }
form { display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: end; margin-top: 1rem; }
label { display: grid; font-size: .8rem; color: var(--faint); }
label.wide { flex: 1 1 10rem; }
select, button { font: inherit; font-size: .9rem; padding: .25rem .5rem; color: var(--text); background: var(--band);
  border: 1px solid var(--faint); border-radius: .3rem; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
[hidden] { display: none; }
#schedule-overview { cursor: crosshair; }
#schedule-legend { display: flex; flex-wrap: wrap; gap: .15rem 1rem; font-size: .85rem; margin: .5rem 0; }
#schedule-legend span { display: inline-flex; gap: .35rem; align-items: center; }
#note { position: fixed; z-index: 1; max-width: 22rem; padding: .25rem .55rem; font-size: .85rem; pointer-events: none;
  color: var(--paper); background: var(--text); border-radius: .3rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print {
  @page { margin: 14mm; }
  body { font-size: 10.5pt; max-width: none; padding: 0; }
  form, nav, #note, noscript { display: none; }
  details:not([open]) { display: none; }
  summary { color: var(--faint); list-style: none; }
  section { break-inside: avoid-page; margin-top: 1.5rem; }
  .scroll { overflow: visible; }
  svg { max-width: 100%; height: auto; }
  table { font-size: 7.5pt; }
  th, td { padding: .1rem .35rem; }
}
`;
