import { Failure } from "../net/failure.js";
import { hashesOf } from "../net/hashes.js";
import { diagnose } from "./evaluate.js";

/**
 * @typedef {Map<string, string>} Modules URL -> integrity
 * @typedef {{ timeout?: number, budget?: number, signal?: AbortSignal }} Bounds ms
 */

/**
 * Lets the browser check modules against their hashes as it loads them into
 * the module map. `import()` takes them from there and asks no server again,
 * so that what was checked is what runs. (A hash of what fetch() got says
 * nothing about what import() gets: a server can tell the two apart.)
 *
 * `<link rel="modulepreload">` checks in Chromium and Firefox; WebKit loads
 * what it names without a look at its hash. A script element checks
 * everywhere, but runs the module at once, and Trusted Types do not let it
 * have a plain URL.
 *
 * @param {Modules} modules @param {Map<string, string[]>} imports of each module of the graph
 * @param {Bounds} bounds
 * @returns {Promise<void>}
 * @throws {Failure} `INTEGRITY_MISMATCH` when the browser refuses one, or cannot get it;
 *   `INTEGRITY_UNSUPPORTED` where nothing binds the check to what runs; `TIMEOUT`
 */
export async function seal(modules, imports, bounds) {
  bounds.signal?.throwIfAborted();
  const [first] = modules.keys();
  if (!globalThis.document) throw unsupported(first, "there is no document");
  for (const url of modules.keys()) {
    if (/\.(css|json)$/.test(new URL(url).pathname)) throw unsupported(url, "it is no script");
  }
  const checks = "userAgentData" in navigator || CSS.supports("-moz-appearance", "none");
  if (checks && document.createElement("link").relList.supports("modulepreload")) {
    // In one go: Firefox fetches what each imports, and that must be under way with its own hash.
    const links = [...modules].map(([href, integrity]) => {
      const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href });
      return put(link, href, integrity, bounds);
    });
    await Promise.all(links);
  } else await run(modules, imports, bounds);
}

/**
 * By script elements, what is imported first: WebKit forgets what it refused,
 * and whoever imports that gets it without a check.
 * @param {Modules} modules @param {Map<string, string[]>} imports @param {Bounds} bounds
 */
async function run(modules, imports, bounds) {
  const steps = [...modules.keys()].map((url) => {
    const graph = new Set([url]);
    for (const at of graph) for (const next of imports.get(at) ?? []) graph.add(next);
    return { url, graph, before: [...graph].filter((it) => it !== url && modules.has(it)) };
  });
  steps.sort((a, b) => a.before.length - b.before.length);
  const done = new Set();
  for (const { url, before } of steps) {
    if (before.some((other) => !done.has(other))) throw unsupported(url, "it imports itself");
    done.add(url);
  }
  for (const { url, graph, before } of steps) {
    for (const other of before) graph.delete(other);
    /** @type {Failure | undefined} */
    let thrown;
    const watch = (/** @type {ErrorEvent} */ event) => {
      // In WebKit an import() that comes later would not throw it.
      if (graph.has(event.filename)) thrown = diagnose(url, event.error);
    };
    addEventListener("error", watch);
    try {
      const script = document.createElement("script");
      try {
        Object.assign(script, { type: "module", src: url });
      } catch (cause) {
        throw unsupported(url, "Trusted Types let no script have its URL", cause);
      }
      await put(script, url, modules.get(url) ?? "", bounds);
    } finally {
      removeEventListener("error", watch);
    }
    if (thrown) throw thrown;
  }
}

/**
 * Puts an element into the page until it has loaded.
 * @param {HTMLLinkElement | HTMLScriptElement} element @param {string} url
 * @param {string} integrity @param {Bounds} bounds
 */
async function put(element, url, integrity, { timeout = 10_000, budget = Infinity, signal }) {
  const hashes = hashesOf(integrity)?.map(({ algorithm, hash }) => `${algorithm}-${hash}`);
  element.integrity = hashes?.join(" ") ?? "";
  // As Vite does it: a policy of nonces alone must be told that this is the page's own.
  const meta = document.querySelector("meta[property=csp-nonce]");
  element.nonce = /** @type {HTMLElement | null} */ (meta)?.nonce ?? "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let abort = () => {};
  try {
    await new Promise((resolve, reject) => {
      element.onload = resolve;
      element.onerror = () => {
        // It does not say which; a policy may have blocked it, too.
        const message = `${url}: the browser got other bytes than were checked, or none`;
        reject(new Failure("INTEGRITY_MISMATCH", message, { retryable: true }));
      };
      const ms = Math.min(timeout, budget, 2 ** 31 - 1);
      timer = setTimeout(() => reject(new Failure("TIMEOUT", `${url}: no answer`)), ms);
      abort = () => reject(signal?.reason);
      signal?.addEventListener("abort", abort);
      document.head.append(element);
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    element.remove();
  }
}

/** @param {string} url @param {string} why @param {unknown} [cause] */
function unsupported(url, why, cause) {
  const message = `${url}: nothing binds its integrity to what runs, as ${why}`;
  return new Failure("INTEGRITY_UNSUPPORTED", message, { cause });
}
