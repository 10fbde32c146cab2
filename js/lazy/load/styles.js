import { page } from "../net/environment.js";
import { Failure } from "../net/failure.js";
import { retryLoop } from "../net/retry-loop.js";

/** @typedef {import("./loader.js").Loader} Loader */
/** @typedef {import("./loader.js").LoadOptions} Options with the manifest that has the sheets' hashes */

/** Sheets that are being applied, by URL. @type {Map<string, Promise<void>>} */
const applying = new Map();
/** Held sheets that apply, by URL. @type {Set<string>} */
const adopted = new Set();

/**
 * Applies style sheets through a bad network, each once, as the `<link>` elements that a bundler's own
 * loader looks for.
 * @param {Loader} loader @param {Iterable<string>} urls @param {Options} options
 * @returns {Promise<void>} when all apply; rejects with a Failure as a fetch does
 */
export async function applySheets(loader, urls, options) {
  await Promise.all(
    [...urls].map((url) => {
      const sheet =
        applying.get(url) ?? apply(loader, url, options).finally(() => applying.delete(url));
      applying.set(url, sheet);
      return sheet;
    }),
  );
}

/** @param {Loader} loader @param {string} url @param {Options} options */
async function apply(loader, url, options) {
  const integrity = options.manifest?.files.get(url)?.integrity;
  await retryLoop(
    async (_, budget) => {
      if (applies(url)) return;
      try {
        // The link that follows takes it from the HTTP cache.
        await loader.fetcher.fetch(url, { ...options, integrity, budget }, text);
      } catch (/** @type {any} */ error) {
        const held = error?.code === "GONE" && (await loader.held?.match(url));
        if (!held) throw error;
        return adopt(url, await held.text());
      }
      await link(url, integrity, options);
    },
    options,
    page,
  );
}

/** Whether a sheet of the page has come from there. One that failed is there too, without rules. @param {string} url */
export const applies = (url) =>
  adopted.has(url) ||
  [...document.styleSheets].some((sheet) => {
    try {
      return sheet.href === url && sheet.cssRules.length > 0;
    } catch {
      return true; // of another origin, which hides its rules
    }
  });

/** The page's links to style sheets, those that failed too. @returns {HTMLLinkElement[]} */
export const sheets = () =>
  [...(globalThis.document?.querySelectorAll("link") ?? [])].filter(
    (it) => it.rel === "stylesheet",
  );

/** @param {Response} response */
const text = (response) => response.text();

/** Applies a sheet that the server has no more. @param {string} href @param {string} text */
async function adopt(href, text) {
  const sheet = await new CSSStyleSheet({ baseURL: href }).replace(text);
  document.adoptedStyleSheets.push(sheet);
  adopted.add(href);
  // A bundler's own loader looks for the link; a disabled one asks for nothing.
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  link.disabled = true;
  document.head.append(link);
}

/** @param {string} href @param {string | undefined} integrity @param {Options} options */
async function link(href, integrity = "", { timeout = 10_000 }) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  if (integrity) link.integrity = integrity;
  link.crossOrigin = ""; // as Vite's own
  const meta = document.querySelector("meta[property=csp-nonce]");
  link.nonce = /** @type {HTMLElement | null} */ (meta)?.nonce ?? "";
  let stop = () => {};
  try {
    await new Promise((resolve, reject) => {
      const failed = (/** @type {string} */ code) => () =>
        reject(new Failure(code, `${href}: the style sheet did not load`));
      link.onload = resolve;
      link.onerror = failed("NETWORK");
      stop = page.after(timeout, failed("TIMEOUT"));
      document.head.append(link);
    });
  } catch (error) {
    link.remove();
    throw error;
  } finally {
    stop();
  }
}
