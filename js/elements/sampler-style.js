import { sheet } from "./base.js";

export const style = sheet(`
:host { display: block; container-type: inline-size; color-scheme: light dark;
  font: 400 0.875rem/1.4 system-ui, sans-serif; color: var(--apus-sampler-text, light-dark(#1c1f26, #e8eaf0)); }
:host([hidden]) { display: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.5rem;
  margin: 0; padding: 0; list-style: none; }
.tile { display: grid; gap: 0.125rem; padding: 0.625rem 0.75rem; border-radius: 0.5rem;
  border: 1px solid var(--apus-sampler-line, light-dark(#d5d9e2, #3a404c));
  border-inline-start: 0.25rem solid var(--rated, light-dark(#9aa2b1, #6b7382));
  background: var(--apus-sampler-surface, light-dark(#fff, #1d2027)); }
.tile[data-rating=good] { --rated: light-dark(#0a7d42, #45c983); }
.tile[data-rating=needs-improvement] { --rated: light-dark(#a35c00, #f0ad4e); }
.tile[data-rating=poor] { --rated: light-dark(#c01c2b, #ff7b86); }
.name { font-size: 0.75rem; font-weight: 600; letter-spacing: 0.02em; opacity: 0.8; text-decoration: none; border: 0; }
.value { font-size: 1.375rem; font-weight: 600; line-height: 1.15; font-variant-numeric: tabular-nums; }
.rating { font-size: 0.75rem; color: var(--rated, inherit); }
.scroll { overflow-x: auto; margin-block-start: 0.75rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: start; font-weight: 600; padding-block-end: 0.25rem; }
th, td { padding: 0.25rem 0.5rem; text-align: end; white-space: nowrap;
  border-block-start: 1px solid var(--apus-sampler-line, light-dark(#d5d9e2, #3a404c)); }
th { font-weight: 500; font-size: 0.75rem; }
th[scope=row] { max-width: 14rem; overflow: hidden; text-overflow: ellipsis; font-size: inherit; }
th:first-child { text-align: start; }
.empty { opacity: 0.75; margin-block: 0.75rem 0; }
`);
