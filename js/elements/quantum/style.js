import { sheet } from "../base.js";

export const style = sheet(`
:host { display: block; }
:host([hidden]) { display: none; }
.panel { container-type: inline-size; font: 14px/1.4 system-ui, sans-serif; padding: 16px; border-radius: 8px;
  color: var(--apus-quantum-color, CanvasText); background: var(--apus-quantum-background, Canvas);
  border: 1px solid var(--apus-quantum-border, color-mix(in srgb, currentColor 20%, transparent));
  --_muted: color-mix(in srgb, currentColor 75%, transparent); --_tint: color-mix(in srgb, currentColor 6%, transparent);
  --_edge: var(--apus-quantum-edge, light-dark(#3b62b5, #8fb0f5)); }
p, dl, dd, h3, figure { margin: 0; padding: 0; }
h3, dt, caption, .note, th { font-size: 12px; font-weight: 400; color: var(--_muted); text-align: start; }
h3 { margin-block: 16px 4px; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 4px 16px; min-height: 34px; }
.status { font-weight: 600; }
.error { color: var(--apus-quantum-bad, light-dark(#b42318, #ff9a91)); white-space: pre-wrap; overflow-wrap: anywhere; }
progress { inline-size: 8rem; accent-color: var(--_edge); }
button { font: inherit; color: inherit; padding: 4px 12px; min-height: 32px; border-radius: 6px; cursor: pointer; background: var(--_tint);
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
:focus-visible { outline: 2px solid var(--_edge); outline-offset: 2px; }
.circuit { overflow-x: auto; margin-block-start: 12px; }
.circuit svg { display: block; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: 8px; margin-block-start: 12px; }
dl div { padding: 6px 12px; border-radius: 8px; background: var(--_tint); min-width: 0; }
dd { font-size: 18px; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.both { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 24px; }
table { border-collapse: collapse; inline-size: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: start; margin-block: 16px 4px; }
td, th { padding: 2px 8px 2px 0; }
.outcome { font-family: ui-monospace, monospace; font-weight: 400; font-size: 13px; color: inherit; overflow-wrap: anywhere; }
.number { text-align: end; white-space: nowrap; inline-size: 1%; }
.share { inline-size: 50%; }
.bar { display: block; block-size: 12px; min-inline-size: 2px; border-radius: 2px; background: var(--_edge); }
.spheres { display: flex; flex-wrap: wrap; gap: 8px 16px; }
.spheres figure { inline-size: 104px; }
.spheres figcaption { font-size: 12px; text-align: center; font-variant-numeric: tabular-nums; }
.chart { display: block; inline-size: 100%; block-size: 140px; }
@container (max-width: 40rem) { .both { grid-template-columns: minmax(0, 1fr); } }
`);
