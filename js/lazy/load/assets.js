import { abortable, follow } from "../net/abort.js";
import { page } from "../net/environment.js";
import { Failure } from "../net/failure.js";
import { retryLoop } from "../net/retry-loop.js";

/**
 * @typedef {import("./loader.js").LoadOptions} Options
 * @typedef {(fetcher: Pick<import("../net/fetcher.js").Fetcher, "fetch">, url: string, options: Options & { family?: string }) => Promise<any>} Read
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
  image: (fetcher, url, options) =>
    retryLoop(
      async (_, budget) => {
        const job = { ...options, budget };
        const blob = await fetcher.fetch(url, job, (response) => response.blob());
        if (options.integrity) return shown(url, blob, options);
        try {
          return await decoded(url, url, options); // from the HTTP cache
        } catch (/** @type {any} */ cause) {
          // Not kept there: the browser has asked again, and that failed.
          if (cause?.code !== "SYNTAX_ERROR" || !(await isPicture(blob))) throw cause;
          throw new Failure("NETWORK", cause.message, { cause });
        }
      },
      options,
      page,
    ),

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

/** @param {string} url @param {string} src @param {Options} options */
async function decoded(url, src, { priority = "auto", timeout = 10_000, signal }) {
  const image = new Image();
  image.fetchPriority = priority;
  image.src = src;
  const ended = new AbortController();
  const unfollow = follow(ended, signal);
  const stop = page.after(timeout, () => {
    ended.abort(new Failure("TIMEOUT", `${url}: no response`));
  });
  try {
    await abortable(image.decode(), ended.signal);
    return image;
  } catch (error) {
    image.src = "";
    throw ended.signal.aborted ? error : broken(url, error, DOMException);
  } finally {
    stop();
    unfollow();
  }
}

/** Whether the browser can decode these bytes; never for SVG. @param {Blob} blob */
const isPicture = (blob) =>
  createImageBitmap(blob).then(
    (bitmap) => {
      bitmap.close();
      return true;
    },
    () => false,
  );

/**
 * An image of these bytes.
 * @param {string} url @param {Blob} blob @param {Options} options
 * @throws {Failure} `INTEGRITY_UNSUPPORTED` when the page's policy blocks it
 */
async function shown(url, blob, options) {
  let refused = false;
  const watch = (/** @type {SecurityPolicyViolationEvent} */ { blockedURI }) => {
    refused ||= blockedURI.startsWith("blob");
  };
  document.addEventListener("securitypolicyviolation", watch);
  const src = URL.createObjectURL(blob);
  try {
    return await decoded(url, src, options);
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
