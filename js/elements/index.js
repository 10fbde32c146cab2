/**
 * The element classes, to extend them or to register them under another name. Importing them
 * registers nothing and is safe in Node; `apus/define.js` registers all of
 * them but `<apus-quantum>`, which pages ask for by `apus/define/quantum.js`.
 */

// `export *`, because types/events.d.ts adds typed listeners to the classes of this file.
export * from "./cache/apus-cache.js";
export * from "./image/apus-image.js";
export * from "./lazy/apus-lazy.js";
export * from "./list/apus-list.js";
export * from "./live/apus-live.js";
export * from "./outbox/apus-outbox.js";
export * from "./quantum/apus-quantum.js";
export * from "./sampler/apus-sampler.js";
