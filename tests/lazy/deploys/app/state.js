export const state = { builds: new Set() };
globalThis.states = (globalThis.states ?? 0) + 1;
