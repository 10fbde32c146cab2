import { page } from "../net/environment.js";
import { Failure } from "../net/failure.js";
import { retryLoop } from "../net/retry-loop.js";

/** @typedef {import("../net/fetcher.js").Fetcher} Fetcher */
/** @typedef {import("./loader.js").LoadOptions} Options with the manifest that has the sheets' hashes */

/** Sheets that are being applied, by URL. @type {Map<string, Promise<void>>} */
const applying = new Map();

/**
 * Applies style sheets through a bad network, each once, as the `<link>` elements that a bundler's own
 * loader looks for.
 * @param {Fetcher} fetcher @param {Iterable<string>} urls @param {Options} options
 * @returns {Promise<void>} when all apply; rejects with a Failure as a fetch does
 */
export async function applySheets(fetcher, urls, options) {
  await Promise.all(
    [...urls].map((url) => {
      const sheet =
        applying.get(url) ?? apply(fetcher, url, options).finally(() => applying.delete(url));
      applying.set(url, sheet);
      return sheet;
    }),
  );
}

/** @param {Fetcher} fetcher @param {string} url @param {Options} options */
async function apply(fetcher, url, options) {
  const integrity = options.manifest?.files.get(url)?.integrity;
  await retryLoop(
    async (_, budget) => {
      if (applies(url)) return;
      // The link that follows takes it from the HTTP cache.
      await fetcher.fetch(url, { ...options, integrity, budget }, (response) => response.text());
      await link(url, integrity, options);
    },
    options,
    page,
  );
}

/** Whether a sheet of the page has come from there. One that failed is there too, without rules. @param {string} url */
const applies = (url) =>
  [...document.styleSheets].some((sheet) => {
    try {
      return sheet.href === url && sheet.cssRules.length > 0;
    } catch {
      return true; // of another origin, which hides its rules
    }
  });

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
