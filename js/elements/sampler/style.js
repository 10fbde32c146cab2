import { sheet } from "../base.js";

export const style = sheet(`
:host { display: block; container-type: inline-size; color-scheme: light dark;
  font-size: 0.875rem; line-height: 1.4; color: var(--apus-sampler-text, light-dark(#1c1f26, #e8eaf0));
  --_line: var(--apus-sampler-line, light-dark(#d5d9e2, #3a404c));
  --_surface: var(--apus-sampler-surface, light-dark(#fff, #1d2027));
  --_muted: var(--apus-sampler-muted, light-dark(#565d6b, #a7aebb));
  --_accent: var(--apus-sampler-accent, light-dark(#1f5fbf, #82b4ff));
  --_good: light-dark(#0a7d42, #45c983); --_fair: light-dark(#a35c00, #f0ad4e); --_poor: light-dark(#c01c2b, #ff7b86); }
:host([hidden]), [hidden] { display: none !important; }
.tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 0.5rem;
  margin: 0; padding: 0; list-style: none; }
.tile { position: relative; display: grid; grid-column: span 2; grid-template-rows: auto auto 1fr; align-content: start; gap: 0.125rem;
  padding: 0.5rem; border-radius: var(--apus-sampler-radius, 0.5rem); border: 1px solid var(--_line);
  border-inline-start: 0.25rem solid var(--_rated, light-dark(#9aa2b1, #6b7382)); background: var(--_surface); }
.tile:nth-child(n + 4) { grid-column: span 3; }
.tile[data-rating=good] { --_rated: var(--_good); }
.tile[data-rating=needs-improvement] { --_rated: var(--_fair); }
.tile[data-rating=poor] { --_rated: var(--_poor); }
.name { font-size: 0.75rem; font-weight: 600; letter-spacing: 0.02em; color: var(--_muted); text-decoration: none; }
.value { font-size: 1.125rem; font-weight: 600; line-height: 1.15; font-variant-numeric: tabular-nums; }
.rating { font-size: 0.75rem; color: var(--_rated, var(--_muted)); }
.bit { display: inline-block; white-space: pre; }
.scroll { overflow-x: auto; margin-block-start: 0.75rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: start; font-weight: 600; padding-block-end: 0.25rem; }
th, td { padding: 0.25rem 0.5rem; text-align: end; white-space: nowrap; border-block-start: 1px solid var(--_line); }
thead th { font-weight: 500; font-size: 0.75rem; color: var(--_muted); }
th[scope=row] { font-weight: 500; max-width: 14rem; overflow: hidden; text-overflow: ellipsis; }
th:first-child { text-align: start; padding-inline-start: 0; }
tr > :last-child { padding-inline-end: 0; }
.empty { color: var(--_muted); margin-block: 0.75rem 0; }
@container (min-width: 34rem) {
  .tiles { grid-template-columns: repeat(5, minmax(0, 1fr)); }
  .tile:nth-child(n) { grid-column: auto; padding: 0.75rem; }
  .value { font-size: 1.375rem; }
}
@container (max-width: 16rem) { .tile:nth-child(n) { grid-column: 1 / -1; } }
@container (max-width: 26rem) {
  th, td { padding-inline: 0.25rem; }
  th[scope=row] { position: sticky; inset-inline-start: 0; max-width: 9rem; background: var(--_surface); }
  .scroll { padding: 0.5rem; border-radius: var(--apus-sampler-radius, 0.5rem);
    background: linear-gradient(to left, var(--_surface) 1rem, transparent) 100% / 2rem 100% no-repeat local,
      linear-gradient(to left, color-mix(in srgb, currentColor 25%, transparent), transparent) 100% 50% / 0.5rem calc(100% - 1rem) no-repeat, var(--_surface); }
  th:first-child:nth-last-child(2), td:nth-child(2):last-child { white-space: normal; max-width: none; }
}
`);
