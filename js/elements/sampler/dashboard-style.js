import { sheet } from "../base.js";

export const dashboardStyle = sheet(`
.bar { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin-block: 0.75rem 0.5rem; }
.bar label { display: flex; gap: 0.25rem 0.5rem; align-items: center; color: var(--_muted); }
button, select { font: inherit; color: inherit; background: var(--_surface); border: 1px solid var(--_line);
  border-radius: 0.375rem; padding: 0.25rem 0.625rem; min-height: 2rem; max-width: 14rem; }
button { cursor: pointer; }
button:hover, select:hover { border-color: var(--_muted); }
button:focus-visible, select:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
[aria-pressed=true] { border-color: var(--_accent); box-shadow: inset 0 0 0 1px var(--_accent); }
[role=tablist] { display: flex; gap: 0.25rem; border-block-end: 1px solid var(--_line); }
[role=tab] { border: 0; background: none; border-radius: 0; white-space: nowrap; flex: none; color: var(--_muted); }
[role=tab]:hover { color: inherit; }
[role=tab][aria-selected=true] { color: inherit; font-weight: 600; box-shadow: inset 0 -2px 0 var(--_accent); }
[role=tab]:focus-visible { outline-offset: -2px; }
[role=tabpanel] { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr));
  gap: 1.25rem 2rem; align-content: start; align-items: start; padding-block: 0.75rem; min-height: 12rem; }
[role=tabpanel] > * { margin: 0; min-width: 0; }
[role=tabpanel] > :not(.scroll), .wide { grid-column: 1 / -1; }
th:has(+ [hidden]) { padding-inline-end: 0; }
table[data-empty] thead { display: none; }
table[data-empty] th { font-weight: 400; color: var(--_muted); max-width: none; white-space: normal; }
.spark { width: 100%; height: 1rem; margin-block-start: 0.25rem; }
.spark polyline { fill: none; stroke: var(--_rated, currentColor); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.then { font-size: 0.75rem; color: var(--_muted); }
.track { display: grid; grid-template-columns: minmax(5rem, 14rem) minmax(3rem, 1fr) auto; gap: 0.125rem 0.5rem; list-style: none; padding: 0; }
.track li { display: contents; }
.lane { position: relative; border-inline-end: 1px solid var(--_line);
  background: repeating-linear-gradient(90deg, var(--_line) 0 1px, transparent 0 25%); }
.axis .lane { display: flex; justify-content: space-between; background: none; border: 0; }
.axis, .ms { font-size: 0.75rem; color: var(--_muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
.ms { text-align: end; align-self: center; }
.fill { position: absolute; inset-block: 0.25rem; min-width: 2px; border-radius: 2px; background: var(--_accent); }
.track .url { grid-column: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  direction: rtl; text-align: left; } /* the end of a URL says more than its beginning */
.track .lane { grid-column: 2; }
.caption { font-weight: 600; margin-block-end: -0.75rem; }
/* shown after a click, when the LCP is final */
:is(#scripts, #heavy, #errors) .bit { display: inline; }
.chart { min-height: 220px; }
#slowest td:last-child { white-space: normal; min-width: 12rem; }
table:has(> #slowest, > #frames) :is(th, td):last-child, table:has(> #scripts, > #log) :is(th, td):nth-child(2),
  table:has(> #errors) :is(th, td):nth-child(-n + 3) { text-align: start; }
@container (max-width: 34rem) {
  .bar, [role=tablist] { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); }
  .bar label { grid-column: span 3; flex-direction: column; align-items: stretch; }
  .bar button, [role=tab] { grid-column: span 2; padding-inline: 0.25rem; }
  .bar select { max-width: none; min-width: 0; }
  .bar, [role=tablist] { gap: 0.5rem; }
  [role=tablist] { gap: 0; border: 0; }
  .track { grid-template-columns: minmax(0, 8rem) minmax(4rem, 1fr) auto; }
  #slowest td:last-child { white-space: nowrap; }
  [role=tab] { border-block-end: 1px solid var(--_line); }
}
`);
