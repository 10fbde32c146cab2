import { evaluate } from "./evaluate.js";
import { parsed } from "./lexer.js";
import { hasNative, unsure } from "./module-map.js";
import { blobs, build } from "./rewrite.js";

/** @typedef {import("./loader.js").Loader} Loader */

/**
 * Runs a graph from the texts that have arrived, where the HTTP cache does not keep them: one request a
 * module, and the checked text is what runs. Each such module becomes a blob whose imports are
 * rewritten, as in es-module-shims; `import.meta` says its own URL, and its `import()` goes
 * through the loader. Modules that the browser has already, or will get from the HTTP cache,
 * stay as they are, so that each module has one instance. O(the texts' length).
 *
 * @param {Loader} loader @param {string} entry
 * @param {import("./loader.js").Graph} graph
 * @param {import("./loader.js").LoadOptions & { own?: boolean }} options `own`: all modules, because
 *   the browser's module map has none of them
 * @returns {Promise<{ module: any } | undefined>} the namespace of `entry`; `undefined` where the browser
 *   must import it: nothing in the graph needs this, or the page's policy forbids `blob:`, or modules import each other
 * @throws {import("../net/failure.js").Failure} see there for the codes
 */
export async function fromText(loader, entry, graph, { own, manifest, sealed, ...options }) {
  const { edges, seals } = graph;
  if ((seals.size > 0 && !globalThis.document) || (unsure && !own)) return undefined;
  const chosen = await choose(loader, edges, Boolean(own) || seals.size > 0, own);
  if (!chosen.has(entry) && !blobs.has(entry)) return undefined;
  if (!(await permitted(loader))) return undefined;
  /** @type {import("./rewrite.js").Modules} */
  const modules = new Map();
  const job = { ...options, origins: undefined };
  await Promise.all(
    [...chosen].map(async (url) => {
      /** @type {import("../net/request.js").Text} */
      const it =
        textOf(loader.arrived.get(url)) ??
        (await loader.fetcher.fetch(url, { ...job, integrity: seals.get(url) }));
      modules.set(url, await read(it));
    }),
  );
  // A development server replaces modules under their own URLs.
  if (!own && [...modules.values()].some(({ hot }) => hot)) return undefined;
  const made = build(loader, modules);
  if (!made) return undefined;
  try {
    return { module: await evaluate(entry, loader.env, blobs.get(entry)) };
  } catch (/** @type {any} */ error) {
    // They never ran; their next text may be another one.
    if (/^(NETWORK|SYNTAX|EXPORT|SPECIFIER)/.test(error?.code)) {
      for (const url of made) {
        blobs.delete(url);
        if (error.code !== "NETWORK") loader.arrived.delete(url);
      }
    }
    throw error;
  } finally {
    // The blobs have the texts now.
    for (const url of made) {
      const arrival = loader.arrived.get(url);
      if (arrival && blobs.has(url)) loader.arrived.set(url, { ...arrival, text: false });
    }
  }
}

/** What was read of each text, which many calls may want at once. @type {WeakMap<object, Promise<import("./rewrite.js").Module>>} */
const readings = new WeakMap();

/** @param {import("../net/request.js").Text} it */
function read(it) {
  const start = async () => {
    // A text that does not parse runs as it is: the browser says why it does not.
    const imports = /json$/.test(it.type) ? [] : await parsed(it.text).catch(() => []);
    return { ...it, imports, hot: it.text.includes("import.meta.hot") };
  };
  const reading = readings.get(it) ?? start();
  readings.set(it, reading);
  return reading;
}

/**
 * The modules that must run from their text: those that the HTTP cache does not keep, and all that import one of them.
 * @param {Loader} loader @param {Map<string, string[]>} edges
 * @param {boolean} all @param {boolean} [own]
 */
async function choose({ arrived, env }, edges, all, own) {
  const free = [];
  for (const url of edges.keys()) {
    const known = textOf(arrived.get(url));
    // URLs in a style sheet are relative to it, and nothing tells a blob where it is from.
    if (blobs.has(url) || /\.css([?#]|$)/.test(url) || known?.type === "text/css") continue;
    if (hasNative(url) && (!own || (await works(url, env)))) continue;
    free.push(url);
  }
  const chosen = new Set(free.filter((url) => all || textOf(arrived.get(url))));
  for (let size = -1; size !== chosen.size; ) {
    size = chosen.size;
    for (const url of free) {
      if (edges.get(url)?.some((next) => chosen.has(next) || blobs.has(next))) chosen.add(url);
    }
  }
  return chosen;
}

/** Its text, if the HTTP cache does not keep it. @param {import("./loader.js").Arrival} [arrival] */
const textOf = (arrival) => (typeof arrival?.text === "object" ? arrival.text : undefined);

/**
 * Whether the browser can import a module that it has fetched once, with all it imports.
 * @param {string} url @param {import("../net/environment.js").Environment} env
 */
const works = (url, env) =>
  evaluate(url, env).then(
    () => true,
    ({ code }) => code !== "NETWORK",
  );

/** @type {Promise<boolean> | undefined} */
let permission;

/** Whether the page's policy lets `blob:` run. @param {Loader} loader */
function permitted({ env }) {
  const load = async () => {
    const url = URL.createObjectURL(new Blob([""], { type: "text/javascript" }));
    try {
      await env.load(url);
      return true;
    } catch {
      return false;
    } finally {
      URL.revokeObjectURL(url);
    }
  };
  permission ??= load();
  return permission;
}
