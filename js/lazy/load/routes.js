import { parseManifest, successor } from "../build/manifest.js";
import { resolve } from "../build/resolve.js";
import { checkOrigin } from "../net/allowed-origins.js";
import { BoundedMap } from "../net/bounded-map.js";
import { Failure } from "../net/failure.js";
import { overEndpoints } from "../net/hedging.js";
import { assets } from "./assets.js";

/** @typedef {import("./loader.js").Loader} Loader */
/** @typedef {import("../build/manifest.js").Manifest} Manifest */

/** Kinds of assets by extension; all other files are modules. @type {[RegExp, string][]} */
const extensions = [
  [/\.wasm$/, "wasm"],
  [/\.css$/, "css"],
  [/\.json$/, "json"],
  [/\.(avif|gif|jpe?g|png|svg|webp)$/, "image"],
  [/\.(woff2?|[ot]tf)$/, "font"],
];

/** @param {string} url */
function kindOf(url) {
  const path = url.replace(/[?#].*/, "");
  return extensions.find(([pattern]) => pattern.test(path))?.[1] ?? "module";
}

/** Manifests by URL. @type {Map<string, Promise<Manifest | undefined>>} */
const manifests = new BoundedMap(16);

/** Stands for the endpoint that is chosen later. */
const ANYWHERE = "apus:///";

/**
 * Loads everything except a plain module from one place: assets, files of several
 * endpoints, files of a build with a manifest.
 *
 * @param {Loader} loader
 * @param {string | URL} url
 * @param {Omit<import("./page-loader.js").Options, "as"> & { as?: string }} options `as`: "" means by the extension
 * @param {boolean} [gather] only fetches the files, runs nothing
 * @returns {Promise<any>}
 */
export async function loadRouted(loader, url, options, gather = false) {
  const { manifest: given, endpoints, as: kind, origins, ...rest } = options;
  const source = given instanceof URL ? given.href : given;
  const as = kind || kindOf(String(url));
  if (as !== "module" && !Object.hasOwn(assets, as)) {
    throw new TypeError(`lazy: as must be module, ${Object.keys(assets).join(", ")}, got "${as}"`);
  }
  const { env } = loader;
  const deadline = env.now() + (options.budget ?? 30_000);
  const left = () => Math.max(0, deadline - env.now());
  const manifest = source
    ? await manifestOf(loader, source, { ...rest, origins, budget: left() })
    : undefined;
  const name = String(url);
  const href =
    manifest?.names.get(name) ?? (endpoints ? new URL(name, ANYWHERE).href : resolve(url));

  /**
   * @param {string} target @param {Manifest | undefined} build
   * @param {object} [more]
   */
  const load = async (target, build, more) => {
    const job = { ...rest, ...more, budget: left() };
    /** @param {string} at @param {Manifest} [build] @param {object} [more] */
    const fetchAt = async (at, build, more) => {
      const task = { ...job, ...more, manifest: build };
      if (as === "module") {
        await loader.gather(at, task);
        return at;
      }
      return assets[as](loader.fetcher, at, {
        ...task,
        integrity: task.integrity ?? build?.files.get(at)?.integrity,
      });
    };
    if (!endpoints) {
      checkOrigin(target, origins);
      if (as !== "module" || gather) return fetchAt(target, build, { origins });
      return loader.module(target, { ...job, origins, manifest: build });
    }
    const path = target.startsWith(ANYWHERE)
      ? target.slice(ANYWHERE.length)
      : relative(target, build);
    const { result, there } = await overEndpoints(
      loader,
      endpoints,
      path,
      job,
      async (base, more) => {
        const there = build?.at(base);
        const allowed = origins && [...origins, new URL(base).origin];
        const bounds = { ...more, origins: allowed, sealed: false };
        return { result: await fetchAt(within(base, path), there, bounds), there };
      },
    );
    if (as !== "module" || (gather && !rest.sealed)) return result;
    // When two endpoints were asked, only one URL may enter the module map.
    const sealed = { ...job, budget: left(), manifest: there, sealed: true };
    if (!gather) return loader.open(result, sealed);
    await loader.gather(result, sealed);
    return result;
  };

  try {
    return await load(href, manifest);
  } catch (error) {
    if (/** @type {any} */ (error)?.code !== "GONE") throw error;
    if (!source || typeof source === "object") throw error;
    // Fetch the server's current manifest once.
    const fresh = await manifestOf(loader, source, { ...rest, origins, budget: left() }, true);
    const known = manifest?.files.get(href)?.name ?? (manifest?.names.has(name) ? name : undefined);
    const target = fresh && successor(fresh, href, known);
    if (!target) throw error;
    if (target !== href) return load(target, fresh);
    return load(href, fresh, { present: true }); // not on every server yet
  }
}

/**
 * The URL of a file of an endpoint. No path leads out of the endpoint.
 * @param {string} base ends with a slash @param {string} path
 * @throws {TypeError} when the path leads out
 */
function within(base, path) {
  const { href } = new URL(`./${path}`, base);
  if (!href.startsWith(base)) throw new TypeError(`lazy: "${path}" leads out of ${base}`);
  return href;
}

/** @param {string} target @param {Manifest} [build] @returns the path within an endpoint */
function relative(target, build) {
  const root = new URL(".", build?.url ?? target).href;
  if (target.startsWith(root)) return target.slice(root.length);
  const { pathname, search } = new URL(target);
  return pathname.slice(1) + search;
}

/**
 * @param {Loader} loader @param {string | object} source @param {import("./loader.js").LoadOptions} options
 * @param {boolean} [fresh] asks the server again
 * @returns {Promise<Manifest | undefined>} `undefined` when it is unavailable or malformed; the lexer then takes over
 */
function manifestOf(loader, source, options, fresh) {
  if (typeof source === "object") {
    return Promise.resolve()
      .then(() => parseManifest(source, resolve("./")))
      .catch(report);
  }
  const url = resolve(source);
  checkOrigin(url, options.origins);
  let manifest = fresh ? undefined : manifests.get(url);
  if (!manifest) {
    // It is optional, so it may use only a part of the budget.
    const job = { ...options, budget: (options.budget ?? 30_000) / 3, integrity: undefined };
    manifest = loader.fetcher
      .fetch(url, { ...job, cache: "no-cache" }, json)
      .then(({ body, at }) => parseManifest(body, at))
      .catch((error) => {
        manifests.delete(url);
        options.signal?.throwIfAborted();
        if (error?.code === "ORIGIN_REFUSED") throw error;
        report(error);
        return undefined;
      });
    manifests.set(url, manifest);
  }
  return manifest;
}

/** @param {Response} response @param {string} at */
async function json(response, at) {
  const text = await response.text();
  try {
    return { body: JSON.parse(text), at };
  } catch (cause) {
    throw new Failure("MANIFEST_INVALID", `${at}: ${cause}`, { cause });
  }
}

/** @param {unknown} error @returns {undefined} */
function report(error) {
  globalThis.dispatchEvent?.(new CustomEvent("apus-lazy:manifest", { detail: { error } }));
}
