// The ways to live through deploys that the benchmark compares. The server names one in the page, so
// that all of them are in each build.

/**
 * - apus: the loader, a hold, and the switch at a navigation
 * - reload: Vite's recipe for `vite:preloadError`, for every bundler: a route that fails reloads the page
 * - polling: as SvelteKit: where a version is polled, a navigation after a new one loads the document, and
 *   so does a route that fails while there is one
 */
export const ways = `
import { lazy, lazyDefaults, lazyImport, watchDeploys } from "apus/lazy";

const { lane } = document.documentElement.dataset;
const apus = lane === "apus";
const fetched = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(url + ": " + response.status);
  return response;
};
let updated = false;
const version = async () => (await fetched("/version.json")).json();

if (apus) {
  lazyDefaults({ manifest: "/apus-manifest.json" });
  addEventListener("apus-lazy:update", ({ detail }) => detail.apply());
  globalThis.watching = watchDeploys({ hold: 1000000, interval: Infinity });
}
/** What happens when it is time to look for a new build. */
globalThis.look = async () => {
  if (apus) return (await globalThis.watching).check();
  if (lane === "polling") updated ||= (await version().catch(() => BUILD)) !== BUILD;
};
/** Time passes: whether nothing else waits in the background. Now and then the tab looks at the manifest. */
let polls = 0;
globalThis.idle = async () => {
  if (!apus) return true;
  const deploys = await globalThis.watching;
  if (!deploys.held.complete && ++polls % 50 === 0) await deploys.check();
  return deploys.held.complete;
};
globalThis.held = async () => (apus ? (await globalThis.watching).held.bytes : 0);

/** Whether a navigation loads the document. */
export const leaving = () => updated;

const never = new Promise(() => {});
const healed = async (load) => {
  try {
    return await load();
  } catch (error) {
    if (lane === "reload") {
      location.reload();
      return never;
    }
    await globalThis.look();
    if (!updated) throw error;
    location.href = location.href;
    return never;
  }
};
export const wrap = (load) => (apus ? lazyImport(load) : () => healed(load));
export const compile = async (url) =>
  apus
    ? lazy(url, { as: "wasm" })
    : healed(async () => WebAssembly.compileStreaming(await fetched(url)));
export const json = async (url) =>
  apus ? lazy(url, { as: "json" }) : healed(async () => (await fetched(url)).json());
export const start = async (url) => {
  if (apus) return lazy(url, { as: "worker" });
  return healed(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker(url, { type: "module" });
        worker.onmessage = () => resolve(worker);
        worker.onerror = () => reject(new Error("the worker did not start"));
        worker.postMessage("are you there?");
      }),
  );
};
`;
