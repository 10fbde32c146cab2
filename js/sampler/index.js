export { Sampler } from "./sampler.js";

/** @typedef {import("./options.js").SamplerOptions} SamplerOptions */
/** @typedef {import("./events.js").SamplerEvents} SamplerEvents */
/** @typedef {import("./alerts/rules.js").AlertRule} AlertRule */
/** @typedef {import("./alerts/budgets.js").Budgets} Budgets */
/** @typedef {import("./transport/delivery.js").TransportOptions} TransportOptions */
/** @typedef {import("./sources/vitals.js").VitalsOptions} VitalsOptions */
