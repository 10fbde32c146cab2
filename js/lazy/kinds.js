import { Failure } from "./failure.js";

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
    loader.fetch(url, options, async (response) => {
      const text = await response.text();
      return new CSSStyleSheet({ baseURL: url }).replace(text);
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
    await loader.fetch(url, options, (response) => response.arrayBuffer());
    const image = new Image();
    image.src = url; // from the HTTP cache
    try {
      await image.decode();
    } catch (error) {
      throw broken(url, error, DOMException);
    }
    return image;
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

/**
 * A file that arrived whole and cannot be used is not tried again; what the
 * network did to it is.
 * @param {string} url @param {any} error @param {new (...args: any[]) => any} type what the parser throws
 */
function broken(url, error, type) {
  if (!(error instanceof type) || error?.name === "AbortError") return error;
  return new Failure("SYNTAX_ERROR", `${url}: ${error.message}`, { cause: error });
}
