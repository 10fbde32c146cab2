import { Failure } from "../net/failure.js";

/**
 * @typedef {import("./loader.js").LoadOptions} Options
 * @typedef {(fetcher: import("../net/fetcher.js").Fetcher, url: string, options: Options & { family?: string }) => Promise<any>} Read
 */

/**
 * Files that are not JavaScript modules: how to turn each kind into an object that the page uses.
 * @type {Record<string, Read>}
 */
export const assets = {
  /** A compiled WebAssembly.Module, streamed. A wrong MIME type costs no second download. */
  wasm: (fetcher, url, options) =>
    fetcher.fetch(url, options, async (response) => {
      const headers = { "content-type": "application/wasm" };
      const right = response.headers.get("content-type") === headers["content-type"];
      try {
        return await WebAssembly.compileStreaming(
          right ? response : new Response(response.body, { headers }),
        );
      } catch (error) {
        throw broken(url, error, WebAssembly.CompileError);
      }
    }),

  /** A CSSStyleSheet to adopt. URLs in it are relative to the file. */
  css: (fetcher, url, options) =>
    fetcher.fetch(url, options, async (response, baseURL) => {
      const text = await response.text();
      return new CSSStyleSheet({ baseURL }).replace(text);
    }),

  json: (fetcher, url, options) =>
    fetcher.fetch(url, options, async (response) => {
      const text = await response.text();
      try {
        return JSON.parse(text);
      } catch (error) {
        throw broken(url, error, SyntaxError);
      }
    }),

  bytes: (fetcher, url, options) =>
    fetcher.fetch(url, options, async (response) => new Uint8Array(await response.arrayBuffer())),

  /** A decoded HTMLImageElement, which shows without a delay. */
  image: async (fetcher, url, options) => {
    const blob = await fetcher.fetch(url, options, (response) => response.blob());
    // From the HTTP cache, or from the checked bytes.
    return options.integrity ? shown(url, blob) : decoded(url, url);
  },

  /** A FontFace, added to document.fonts under `family` or the file's name. */
  font: (fetcher, url, options) =>
    fetcher.fetch(url, options, async (response) => {
      const bytes = await response.arrayBuffer();
      const file = new URL(url).pathname
        .split("/")
        .at(-1)
        ?.replace(/\.\w+$/, "");
      const font = new FontFace(options.family ?? `"${file}"`, bytes);
      try {
        document.fonts.add(await font.load());
      } catch (error) {
        throw broken(url, error, DOMException);
      }
      return font;
    }),
};

/** @param {string} url @param {string} src */
async function decoded(url, src) {
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
  } catch (error) {
    throw broken(url, error, DOMException);
  }
  return image;
}

/**
 * An image of these bytes.
 * @param {string} url @param {Blob} blob
 * @throws {Failure} `INTEGRITY_UNSUPPORTED` when the page's policy blocks it
 */
async function shown(url, blob) {
  let refused = false;
  const watch = (/** @type {SecurityPolicyViolationEvent} */ { blockedURI }) => {
    refused ||= blockedURI.startsWith("blob");
  };
  document.addEventListener("securitypolicyviolation", watch);
  const src = URL.createObjectURL(blob);
  try {
    return await decoded(url, src);
  } catch (cause) {
    await new Promise((resolve) => setTimeout(resolve)); // the event may follow the error
    if (!refused) throw cause;
    const message = `${url}: an image with integrity needs "img-src blob:" in the page's policy`;
    throw new Failure("INTEGRITY_UNSUPPORTED", message, { cause });
  } finally {
    document.removeEventListener("securitypolicyviolation", watch);
    URL.revokeObjectURL(src);
  }
}

/**
 * A complete file that cannot be used is not fetched again; a file that the
 * network damaged is.
 * @param {string} url @param {any} error @param {new (...args: any[]) => any} type the parser's error class
 */
function broken(url, error, type) {
  if (!(error instanceof type) || error?.name === "AbortError") return error;
  return new Failure("SYNTAX_ERROR", `${url}: ${error.message}`, { cause: error });
}
