import { Failure } from "../net/failure.js";

/**
 * @typedef {import("./loader.js").LoadOptions} Options
 * @typedef {(loader: import("./loader.js").Loader, url: string, options: Options & { family?: string }) => Promise<any>} Kind
 */

/**
 * Files that are not JavaScript modules: how each becomes what the page uses.
 * @type {Record<string, Kind>}
 */
export const kinds = {
  /** A compiled WebAssembly.Module, streamed; a wrong MIME type costs no second download. */
  wasm: (loader, url, options) =>
    loader.fetch(url, options, async (response) => {
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

  /** A CSSStyleSheet to adopt; its own URLs are relative to it. */
  css: (loader, url, options) =>
    loader.fetch(url, options, async (response, baseURL) => {
      const text = await response.text();
      return new CSSStyleSheet({ baseURL }).replace(text);
    }),

  json: (loader, url, options) =>
    loader.fetch(url, options, async (response) => {
      const text = await response.text();
      try {
        return JSON.parse(text);
      } catch (error) {
        throw broken(url, error, SyntaxError);
      }
    }),

  bytes: (loader, url, options) =>
    loader.fetch(url, options, async (response) => new Uint8Array(await response.arrayBuffer())),

  /** An HTMLImageElement that is decoded already, so that it shows without a gap. */
  image: async (loader, url, options) => {
    const blob = await loader.fetch(url, options, (response) => response.blob());
    // From the HTTP cache, unless these very bytes are wanted.
    return options.integrity ? shown(url, blob) : decoded(url, url);
  },

  /** A FontFace in document.fonts, named `family` or after its file. */
  font: (loader, url, options) =>
    loader.fetch(url, options, async (response) => {
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
 * The image that these bytes are.
 * @param {string} url @param {Blob} blob
 * @throws {Failure} `INTEGRITY_UNSUPPORTED` where a policy does not let them be shown
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
    await new Promise((resolve) => setTimeout(resolve)); // the event may come after the error
    if (!refused) throw cause;
    const message = `${url}: an image with integrity needs "img-src blob:" in the page's policy`;
    throw new Failure("INTEGRITY_UNSUPPORTED", message, { cause });
  } finally {
    document.removeEventListener("securitypolicyviolation", watch);
    URL.revokeObjectURL(src);
  }
}

/**
 * A file that arrived whole and cannot be used is not tried again; what the
 * network did to it is.
 * @param {string} url @param {any} error @param {new (...args: any[]) => any} type what the parser throws
 */
function broken(url, error, type) {
  if (!(error instanceof type) || error?.name === "AbortError") return error;
  return new Failure("SYNTAX_ERROR", `${url}: ${error.message}`, { cause: error });
}
