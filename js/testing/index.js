/**
 * Fakes for unit tests in Node, jsdom and happy-dom: no WebAssembly, no layout, no network. The names
 * are those of `apus`, so a mocked module finds them: `vi.mock("apus", () => import("apus/testing"))`.
 */

import { forgetModules } from "./lazy.js";
import { emptyDisks } from "./plain-disk.js";

export { ApusError } from "../core/errors.js";
export { FakeCache as Cache, fakeCache } from "./cache.js";
export { defineFakes } from "./elements.js";
export { fakeModule, lazy, lazyDefaults, lazyImport, prefetch, preload } from "./lazy.js";
export { FakeSampler as Sampler } from "./sampler.js";

/** Forgets what fake caches with `persist` kept, and the modules of `fakeModule`. Call it after each test. */
export function resetFakes() {
  emptyDisks();
  forgetModules();
}
