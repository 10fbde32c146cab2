// Tables of PostgreSQL for the gateway, and the same in memory.
export { postgres } from "./postgres.node.js";
export { postgresSetup } from "./setup.node.js";
export { memoryTable } from "./tables/memory-table.node.js";
export { postgresTable } from "./tables/table.node.js";
