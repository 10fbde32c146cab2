import { Failure } from "./failure.js";
import { hashesOf } from "./hashes.js";

/**
 * Lets the browser check modules against their hashes as it loads them into
 * the module map. `import()` takes them from there and asks no server again,
 * so that what was checked is what runs. (A hash of what fetch() got says
 * nothing about what import() gets: a server can tell the two apart.)
 *
 * All are put into the page in one go: each is then under way with its own
 * hash before a module that imports it could ask for it without one.
 *
 * @param {Map<string, string>} modules URL -> integrity
 * @param {{ timeout?: number, budget?: number, signal?: AbortSignal }} options ms
 * @returns {Promise<void>}
 * @throws {Failure} `INTEGRITY_MISMATCH` when the browser refuses one, or cannot get it;
 *   `INTEGRITY_UNSUPPORTED` where nothing binds the check to what runs; `TIMEOUT`
 */
export async function seal(modules, { timeout = 10_000, budget = Infinity, signal }) {
  const elements = [...modules].map(([url, integrity]) => elementFor(url, integrity));
  const time = AbortSignal.timeout(Math.max(0, Math.min(timeout, budget, 2 ** 31)));
  try {
    await new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      time.onabort = () => reject(new Failure("TIMEOUT", "no answer to the browser itself"));
      let left = elements.length;
      for (const { element, url } of elements) {
        element.onload = () => --left === 0 && resolve(undefined);
        element.onerror = () => reject(refused(url));
        document.head.append(element);
      }
    });
  } finally {
    for (const { element } of elements) element.remove();
  }
}

/** @param {string} url */
function refused(url) {
  const message = `${url}: the browser was sent other bytes than were checked, or none`;
  return new Failure("INTEGRITY_MISMATCH", message, { retryable: true });
}

/**
 * The element that checks. `<link rel="modulepreload">` does in Chromium and
 * Firefox; WebKit loads what it names without a look at its hash. A script
 * element checks everywhere, but runs the module at once, and Trusted Types
 * do not let it have a plain URL.
 * @param {string} url @param {string} integrity
 * @returns {{ element: HTMLLinkElement | HTMLScriptElement, url: string }}
 * @throws {Failure} `INTEGRITY_UNSUPPORTED`
 */
function elementFor(url, integrity) {
  const hashes = hashesOf(integrity)?.map(({ algorithm, hash }) => `${algorithm}-${hash}`);
  try {
    if (/\.(css|json)$/.test(new URL(url).pathname)) throw new Error("it is imported as data");
    const link = document.createElement("link");
    const checks = "userAgentData" in navigator || CSS.supports("-moz-appearance", "none");
    const element =
      checks && link.relList.supports("modulepreload")
        ? Object.assign(link, { rel: "modulepreload", href: url })
        : Object.assign(document.createElement("script"), {
            type: "module",
            async: false,
            src: url,
          });
    element.integrity = hashes?.join(" ") ?? "";
    // As Vite does it: a policy of nonces alone must be told that this is the page's own.
    const meta = document.querySelector("meta[property=csp-nonce]");
    element.nonce = /** @type {HTMLElement | null} */ (meta)?.nonce ?? "";
    return { element, url };
  } catch (cause) {
    const message = `${url}: nothing here binds its integrity to what runs`;
    throw new Failure("INTEGRITY_UNSUPPORTED", message, { cause });
  }
}
