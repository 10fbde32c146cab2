import { reachable, successor } from "../build/manifest.js";
import { resolve } from "../build/resolve.js";
import { tabOf } from "../build/tab.js";
import { noticed } from "../build/update.js";
import { checkOrigin } from "../net/allowed-origins.js";
import { sleep } from "../net/environment.js";
import { Failure } from "../net/failure.js";
import { overEndpoints } from "../net/hedging.js";
import { loadChunk } from "../net/load-chunk.js";
import { assets } from "./assets.js";
import { applySheets } from "./styles.js";

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

/**
 * While a deploy rolls, only some of the servers have a build: how often all of it may be missing.
 * A round in which no server has a manifest counts twice.
 */
const ROUNDS = 12;
/** How often the browser may refuse a file while the servers agree on the build. */
const SEALS = 8;
/** The first round follows after a random wait, up to this, ms; the bound doubles, thrice. */
const WAIT = 50;

/** Stands for the endpoint that is chosen later. */
const ANYWHERE = "apus:///";

/**
 * What a build needs in bad times, before they come: its manifest, and this room's parts.
 * @param {Loader} loader @param {import("./page-loader.js").Options} options
 */
export async function warmUp(loader, { manifest, ...options }) {
  const source = manifest instanceof URL ? manifest.href : manifest;
  if (typeof source === "string") await tabOf(loader, source, options);
  await loadChunk(import.meta.url, () => import("./seal.js"), options);
}

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
  const script = as === "module" || as === "worker";
  if (!script && !Object.hasOwn(assets, as)) {
    const kinds = ["module", "worker", ...Object.keys(assets)].join(", ");
    throw new TypeError(`lazy: as must be ${kinds}, got "${as}"`);
  }
  if (as === "worker") {
    if (rest.integrity) {
      const message = `${url}: the integrity of a worker cannot be checked`;
      throw new Failure("INTEGRITY_UNSUPPORTED", message);
    }
    rest.integrity = ""; // nor the manifest's
  }
  const { env } = loader;
  const deadline = env.now() + (options.budget ?? 30_000);
  const left = () => Math.max(0, deadline - env.now());
  const asking = () => ({ ...rest, origins, budget: left() });
  const tab = source ? await tabOf(loader, source, asking()) : undefined;
  const name = String(url);
  const addressOf = () =>
    tab?.manifest?.names.get(name) ?? (endpoints ? new URL(name, ANYWHERE).href : resolve(url));

  /** @param {string} as @param {string} at @param {import("./loader.js").LoadOptions} task */
  const loadAsset = async (as, at, task) => {
    try {
      return await assets[as](loader.fetcher, at, task);
    } catch (error) {
      const gone = /** @type {any} */ (error)?.code === "GONE";
      const held = gone && (await loader.held?.match(at));
      if (!held) throw error;
      const fetch = (/** @type {string} */ url, /** @type {any} */ _, /** @type {any} */ read) =>
        read(held, url);
      return assets[as]({ fetch }, at, task);
    }
  };

  /**
   * @param {string} target @param {Manifest | undefined} build
   * @param {object} [more]
   */
  const load = async (target, build, more) => {
    const job = { ...rest, ...more, budget: left() };
    /** @param {string} at @param {Manifest} [build] @param {object} [more] */
    const fetchAt = async (at, build, more) => {
      const task = { ...job, ...more, manifest: build };
      if (script) {
        if (as === "worker" || !loader.held?.has(at)) await loader.gather(at, task);
        return at;
      }
      const { integrity = build?.files.get(at)?.integrity } = task;
      return loadAsset(as, at, { ...task, integrity });
    };
    if (!endpoints) {
      checkOrigin(target, origins);
      const css = as === "module" && build ? sheetsOf(build, target) : [];
      const [result] = await Promise.all([
        (gather || !script || css.length) && fetchAt(target, build, { origins }),
        gather && !rest.sealed
          ? Promise.all(
              css.map((it) =>
                loader.fetcher.fetch(it, { ...job, integrity: "" }, (file) => file.text()),
              ),
            )
          : applySheets(loader, css, { ...job, manifest: build }),
      ]);
      if (!script || gather) return result;
      if (as === "worker") return start(loader, target, { ...job, manifest: build });
      if (loader.held?.has(target)) return loader.start(target);
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
    if (!script || (gather && !rest.sealed)) return result;
    if (as === "worker") return start(loader, result, { ...job, manifest: there });
    // When two endpoints were asked, only one URL may enter the module map.
    const sealed = { ...job, budget: left(), manifest: there, sealed: true };
    if (!gather) return loader.open(result, sealed);
    await loader.gather(result, sealed);
    return result;
  };

  /** @param {string} target @param {Manifest} [build] @param {object} [more] */
  const open = async (target, build, more) => {
    const result = await load(target, build, more);
    if (!tab || !build?.files.has(target)) return result;
    tab.removed = false;
    if (as !== "module" || !gather || rest.sealed) tab.run(build, true);
    return result;
  };

  let missing = 0;
  for (let round = 0; ; round++) {
    try {
      // A name of another build means a file that this tab may not have.
      if (tab?.bound && !tab.manifest && tab.newest?.names.has(name)) throw otherBuild(name);
      return await open(addressOf(), tab?.manifest);
    } catch (/** @type {any} */ error) {
      if (!tab || typeof source !== "string") throw error;
      // The browser itself, which says no more, may have asked a server of another build.
      const refused = error?.code === "INTEGRITY_MISMATCH" && error.retryable && tab.bound;
      if (error?.code !== "GONE" && !refused) throw error;
      const fresh = await tab.ask(asking());
      // Without an answer a tab that is bound goes on: another server may have the file.
      if (!(fresh || tab.bound) || (refused && !tab.mixed && round >= SEALS)) throw error;
      const { manifest: own } = tab;
      const href = addressOf();
      if (fresh && !tab.bound) {
        // No file of a build has started, so the tab may still choose the server's.
        const known = own?.files.get(href)?.name ?? (own?.names.has(name) ? name : undefined);
        const target = successor(fresh, href, known);
        if (!target) throw error;
        return open(target, fresh, { present: true }); // perhaps not on every server yet
      }
      if (own && !own.files.has(href)) throw error;
      missing = fresh && fresh.build === own?.build ? 0 : missing + (fresh ? 1 : 2);
      if (tab.removed || missing >= ROUNDS || left() === 0) {
        if (fresh) {
          tab.removed = true;
          noticed(fresh.build);
        }
        throw error;
      }
      await sleep(env, env.random() * WAIT * 2 ** Math.min(round, 3), { ...rest, left: left() });
    }
  }
}

/** The style sheets of a module and all that it imports. @param {Manifest} build @param {string} url */
const sheetsOf = (build, url) => [
  ...new Set([...reachable(build, [url])].flatMap((it) => build.files.get(it)?.css ?? [])),
];

/** @param {string} name */
const otherBuild = (name) =>
  new Failure("GONE", `lazy: the page is of another build than the manifest that names "${name}"`);

/** @type {typeof import("./worker.js").startWorker} */
const start = async (loader, url, options) => {
  const { startWorker } = await loadChunk(import.meta.url, () => import("./worker.js"), options);
  return startWorker(loader, url, options);
};

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
