export const state = { ran: [] };
globalThis.states = (globalThis.states ?? 0) + 1;
