import { urlOf } from "./lexer.js";

/**
 * @typedef {import("../net/request.js").Text} Text
 * @typedef {Awaited<ReturnType<typeof import("./lexer.js").parsed>>} Imports
 * @typedef {Text & { imports: Imports, hot: boolean }} Module `hot`: a development server replaces it
 * @typedef {Map<string, Module>} Modules by URL
 */

/** The blob URLs of modules that run from their text, by their own URLs. @type {Map<string, string>} */
export const blobs = new Map();

/** Whether the browser may take import maps after the first module. */
let takesMaps = true;

const hook = Symbol.for("apus.modules");

/**
 * Makes a blob of each module, the imported ones first. An import map, where the browser takes it,
 * gives the same instance to the page's own imports, and to modules that import each other.
 * @param {import("./loader.js").Loader} loader @param {Modules} modules
 * @returns {string[] | undefined} the URLs of those that are new; `undefined` when some import each other
 *   and the browser takes no import map
 */
export function build(loader, modules) {
  provide(loader);
  /** @type {string[]} */
  const made = [];
  const open = new Set();
  let circle = false;
  const visit = (/** @type {string} */ url) => {
    const module = modules.get(url);
    if (blobs.has(url) || !module) return;
    if (open.has(url)) {
      circle = true;
      return;
    }
    open.add(url);
    for (const { n, d } of module.imports) if (d === -1) visit(target(n, module.at));
    const { type } = module;
    blobs.set(url, URL.createObjectURL(new Blob([rewritten(module)], { type })));
    made.push(url);
  };
  for (const url of modules.keys()) visit(url);
  if (made.length === 0 || mapped(made, loader.policy) || !circle) return made;
  for (const url of made) blobs.delete(url);
  return undefined;
}

/** The URL that a static import stands for, or "". @param {string | undefined} specifier @param {string} at */
function target(specifier = "", at) {
  try {
    return urlOf(specifier, at);
  } catch {
    return ""; // the browser reports it
  }
}

/** The text, to be run under another URL; its lines stay the same. @param {Module} module */
function rewritten({ text: given, at, type, imports }) {
  if (/json$/.test(type)) return given;
  const text = given.replace(/^#!/, "//");
  const self = JSON.stringify(at);
  const access = `globalThis[Symbol.for("${hook.description}")]`;
  let result = imports.some(({ d }) => d === -2) ? `${access}.enter(import.meta,${self});` : "";
  let end = 0;
  const put = (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ by) => {
    result += text.slice(end, from) + by;
    end = to;
  };
  for (const { n, t, d, s, e, ss } of imports) {
    if (t === 2) put(ss, d + 1, `${access}.from(${self}).import(`);
    else if (d === -1) {
      const url = target(n, at);
      // Only JavaScript and JSON have blobs, the source of a WebAssembly module has none.
      if (url) put(s, e, (blobs.get(url) ?? url).replace(/['\\]/g, "\\$&"));
    }
  }
  result += text.slice(end);
  const map = /(\/\/[#@] sourceMappingURL=)(\S+)(?=\s*$)/;
  result = result.replace(map, (_, start, url) => start + new URL(url, at).href);
  return `${result}\n//# sourceURL=${at}`;
}

/**
 * Lets import maps answer with the blobs, where resolve() does not ask them and the page's policy lets a script be inline.
 * @param {string[]} urls @param {string} policy @returns whether they do for all
 */
function mapped(urls, policy) {
  if (!takesMaps || !globalThis.document?.querySelector) return false;
  if (document.querySelector("script[type=importmap]")) return false;
  const holder = document.querySelector("meta[property=csp-nonce], script[nonce]");
  const nonce = /** @type {HTMLElement | null} */ (holder)?.nonce ?? "";
  if (/(script|default)-src/.test(policy) && !nonce) return false;
  if (/require-trusted-types-for/.test(policy)) return false;
  const imports = Object.fromEntries(urls.map((url) => [url, blobs.get(url) ?? url]));
  const script = document.createElement("script");
  script.nonce = nonce;
  script.type = "importmap";
  const probe = `apus:${imports[urls[0]]}`;
  try {
    script.textContent = JSON.stringify({ imports: { ...imports, [probe]: imports[urls[0]] } });
    document.head.append(script);
    script.remove();
    const { resolve } = import.meta; // bundlers warn of a call
    takesMaps = resolve(probe) !== probe;
    return takesMaps && urls.every((url) => resolve(url) === imports[url]);
  } catch {
    takesMaps = false;
    return false;
  }
}

/**
 * A JSON or CSS module, whose one export is `default`. Engines that know no attributes cannot parse a second argument of
 * import(), so it is in a text of its own.
 * @param {string} url @param {string} type
 */
async function typed(url, type) {
  const [from, as] = [url, type].map((text) => JSON.stringify(text));
  const text = `export { default } from ${from} with { type: ${as} };`;
  const blob = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ blob);
  } finally {
    URL.revokeObjectURL(blob);
  }
}

/** Puts what rewritten modules call where they find it. @param {import("./loader.js").Loader} loader */
function provide(loader) {
  const page = /** @type {any} */ (globalThis);
  if (page[hook]) return;
  const value = {
    /** Makes `import.meta` that of the module's own URL. @param {ImportMeta} meta @param {string} at */
    enter(meta, at) {
      const resolve = (/** @type {string} */ specifier) => urlOf(specifier, at);
      Object.assign(meta, { url: at, resolve });
    },
    /** @param {string} at the importing module */
    from: (at) => ({
      /** @param {unknown} specifier @param {ImportCallOptions} [options] */
      async import(specifier, options) {
        const url = urlOf(String(specifier), at);
        const type = options?.with?.type;
        if (type) return typed(url, type);
        return loader.module(url, {});
      },
    }),
  };
  Object.defineProperty(page, hook, { value });
}
