import { Failure } from "../net/failure.js";
import { hashesOf } from "../net/hashes.js";
import { codeOf } from "./diagnose.js";

/**
 * @typedef {Map<string, string>} Modules URL -> integrity
 * @typedef {{ timeout?: number, budget?: number, signal?: AbortSignal }} Bounds ms
 */

/**
 * Makes the browser check modules against their hashes while it loads them into
 * the module map. `import()` takes them from there without asking the server
 * again, so the checked code is the code that runs. (The hash of a fetch()
 * response proves nothing about import(): a server can tell the two apart.)
 *
 * `<link rel="modulepreload">` checks the hash in Chromium and Firefox; WebKit
 * ignores it. A script element checks everywhere, but runs the module at once,
 * and Trusted Types forbid it a plain URL.
 *
 * @param {Modules} modules @param {Map<string, string[]>} imports of each module of the graph
 * @param {Bounds} bounds
 * @returns {Promise<void>}
 * @throws {Failure} `INTEGRITY_MISMATCH` when the browser refuses a module, or cannot get it;
 *   `INTEGRITY_UNSUPPORTED` when the check cannot be bound to the code that runs; `TIMEOUT`
 */
export async function seal(modules, imports, bounds) {
  bounds.signal?.throwIfAborted();
  const [first] = modules.keys();
  if (!globalThis.document) throw unsupported(first, "there is no document");
  for (const url of modules.keys()) {
    if (/\.(css|json)$/.test(new URL(url).pathname)) throw unsupported(url, "it is not a script");
  }
  const checks = "userAgentData" in navigator || CSS.supports("-moz-appearance", "none");
  if (checks && document.createElement("link").relList.supports("modulepreload")) {
    // All at once: Firefox fetches the imports of each, which must already be loading with their own hashes.
    const links = [...modules].map(([href, integrity]) => {
      const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href });
      return put(link, href, integrity, bounds);
    });
    await Promise.all(links);
  } else await run(modules, imports, bounds);
}

/**
 * Uses script elements, dependencies first: WebKit forgets a module that it
 * refused, and an importer would then get it without a check.
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
      // In WebKit, a later import() would not throw it.
      if (!graph.has(event.filename)) return;
      const message = `${url}: ${event.message}`;
      thrown = new Failure(codeOf(event.error), message, { cause: event.error });
    };
    addEventListener("error", watch);
    try {
      const script = document.createElement("script");
      try {
        Object.assign(script, { type: "module", src: url });
      } catch (cause) {
        throw unsupported(url, "Trusted Types forbid a script with its URL", cause);
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
export async function put(
  element,
  url,
  integrity,
  { timeout = 10_000, budget = Infinity, signal },
) {
  const hashes = hashesOf(integrity)?.map(({ algorithm, hash }) => `${algorithm}-${hash}`);
  element.integrity = hashes?.join(" ") ?? "";
  // As in Vite: a policy that allows nonces only needs the page's nonce.
  const meta = document.querySelector("meta[property=csp-nonce]");
  element.nonce = /** @type {HTMLElement | null} */ (meta)?.nonce ?? "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let abort = () => {};
  try {
    await new Promise((resolve, reject) => {
      element.onload = resolve;
      element.onerror = () => {
        // The event has no reason; a policy may have blocked it too.
        const message = `${url}: the browser got bytes that do not match the hash, or none`;
        reject(new Failure("INTEGRITY_MISMATCH", message, { retryable: true }));
      };
      const ms = Math.min(timeout, budget, 2 ** 31 - 1);
      timer = setTimeout(() => reject(new Failure("TIMEOUT", `${url}: no response`)), ms);
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
  const message = `${url}: its integrity cannot be checked here, because ${why}`;
  return new Failure("INTEGRITY_UNSUPPORTED", message, { cause });
}
