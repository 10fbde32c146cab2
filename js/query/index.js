export { createClientPersister } from "./client-persister.js";
export { createPersister } from "./persister.js";
export { createStorage } from "./storage.js";
