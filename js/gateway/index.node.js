// The server side of Apus, for Node: values, their log, and caches in front of them.
export { Gateway } from "./gateway.node.js";
export { MemoryEngine } from "./memory-engine.node.js";
export { postgres } from "./postgres/postgres.node.js";
export { postgresSetup } from "./postgres/setup.node.js";
export { cloudflare, fastly, PurgeError, varnish } from "./purge/adapters.node.js";
export { attach, listener, serve } from "./serve.node.js";
export { ValkeyEngine } from "./valkey-engine.node.js";
