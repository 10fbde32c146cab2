import { checkOptions, string } from "../core/check.js";
import { ApusError } from "../core/errors.js";
import { parseManifest } from "../lazy/build/manifest.js";
import { ask } from "./ask.js";
import { text } from "./options.js";

/**
 * The build that a worker belongs to, and its take-over from an older one. A new worker waits until
 * every page of the scope is of its build, or ready to be reloaded; see js/worker/page.js.
 */

/**
 * @typedef {object} BuildOptions
 * @property {string} [manifest] URL of the build's `lazy.json`, asked at installation and before a
 *   take-over
 */

/** @typedef {{ waitUntil(work: Promise<unknown>): void }} LifeEvent */

const worker = /** @type {any} */ (globalThis);
/** @type {{ id: string, manifest?: string } | undefined} */
let current;

/** The id that `build` was given. @returns {string | undefined} */
export const currentBuild = () => current?.id;

/**
 * Says which build the worker belongs to. Call it once, before the routes. Pages then learn of a new
 * worker by `watchUpdates`, and routes with `perBuild` keep the responses of each build apart.
 * @param {string} id the same as in the build's pages; with a manifest, its `build`
 * @param {BuildOptions} [options] with a manifest of another build, the installation fails, and the
 *   browser tries again later
 * @throws {TypeError} naming the bad argument
 * @throws {ApusError} `OPTIONS_CONFLICT` when it was called before
 */
export function build(id, options = {}) {
  text(id, "build: id");
  checkOptions("build", options, { manifest: string });
  if (!worker.registration) throw new TypeError("build: this is not a service worker");
  if (current) throw new ApusError("OPTIONS_CONFLICT", `build: it is "${current.id}" already`);
  current = { id, ...options };
  worker.addEventListener("install", (/** @type {LifeEvent} */ event) => {
    event.waitUntil(mustBeNewest());
  });
  worker.addEventListener("message", (/** @type {any} */ event) => {
    const { data, ports } = event;
    if (data?.apus === "build") ports[0]?.postMessage({ build: id });
    if (data?.apus !== "take-over") return;
    event.waitUntil(takeOver(data.silent === true).then((taken) => ports[0]?.postMessage(taken)));
  });
}

/** @returns {Promise<string | undefined>} of the server; `undefined` when it is not known */
async function newest() {
  if (current?.manifest === undefined) return undefined;
  const url = new URL(current.manifest, worker.registration.scope).href;
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return parseManifest(await response.json(), url).build;
}

async function mustBeNewest() {
  const found = await newest();
  if (found === undefined || found === current?.id) return;
  throw new ApusError(
    "BUILD_CONFLICT",
    `the worker is of build "${current?.id}", the manifest of "${found}"`,
  );
}

/**
 * @param {boolean} silent only if no page has to be reloaded
 * @returns {Promise<{ taken: boolean, reason?: "outdated" | "busy" }>}
 */
async function takeOver(silent) {
  const found = await newest().catch(() => undefined); // it is whole, and works without a network
  if (found !== undefined && found !== current?.id) {
    await worker.registration.update().catch(() => {});
    return { taken: false, reason: "outdated" };
  }
  /** @type {any[]} */
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const own = pages.filter(({ url }) => url.startsWith(worker.registration.scope));
  const answers = await Promise.all(
    own.map((page) => ask(page, { apus: "ready", build: current?.id })),
  );
  const ready = answers.every((it) => it?.build === current?.id || (!silent && it?.ready === true));
  if (!ready) return { taken: false, reason: "busy" };
  await worker.skipWaiting();
  return { taken: true };
}
