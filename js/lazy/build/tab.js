import { checkOrigin } from "../net/allowed-origins.js";
import { BoundedMap } from "../net/bounded-map.js";
import { Failure } from "../net/failure.js";
import { parseManifest } from "./manifest.js";
import { resolve } from "./resolve.js";

/**
 * @typedef {import("./manifest.js").Manifest} Manifest
 * @typedef {import("../load/loader.js").Loader} Loader
 * @typedef {import("../load/loader.js").LoadOptions} Options
 */

/**
 * The build that this tab runs, of those that one manifest URL names over time. A tab runs one build:
 * once a file of it has started, no other build's file is loaded.
 */
export class Tab {
  /** Of the tab's own build; undefined where it is not known. @type {Manifest | undefined} */
  manifest;
  /** The server's, when it was asked last. @type {Manifest | undefined} */
  newest;
  /** The tab has started files of `manifest`. */
  started = false;
  /** The servers have had another build too: a deploy rolls, or is over. */
  mixed = false;
  /** The servers had no file of the tab's build when they were asked last. */
  removed = false;
  #url;
  #loader;

  /** @param {string} url @param {Loader} loader */
  constructor(url, loader) {
    this.#url = url;
    this.#loader = loader;
  }

  /** Whether files of other builds are refused. */
  get bound() {
    return this.started || Boolean(this.newest && !this.manifest);
  }

  /** The tab runs this build from now on. @param {Manifest} manifest @param {boolean} [started] */
  run(manifest, started = false) {
    this.manifest = manifest;
    this.started ||= started;
  }

  /**
   * Asks the server for its current manifest. The first one that fits the page is the tab's own.
   * @param {Options} options
   * @returns {Promise<Manifest | undefined>} `undefined` when it is unavailable or malformed
   */
  async ask(options) {
    // It is optional, so it may use only a part of the budget.
    const job = { ...options, budget: (options.budget ?? 30_000) / 3, integrity: undefined };
    try {
      const { body, at } = await this.#loader.fetcher.fetch(
        this.#url,
        { ...job, cache: "no-cache" }, // the browser sends its ETag
        json,
      );
      this.newest = parseManifest(body, at);
    } catch (/** @type {any} */ error) {
      options.signal?.throwIfAborted();
      if (error?.code === "ORIGIN_REFUSED") throw error;
      report(error);
      return undefined;
    }
    this.mixed ||= Boolean(this.manifest) && this.newest.build !== this.manifest?.build;
    const fit = this.manifest ? "stranger" : fits(this.newest);
    if (fit !== "other" && !this.manifest) this.run(this.newest, fit === "own");
    return this.newest;
  }
}

/** By the manifest's URL. @type {WeakMap<Loader, Map<string, { tab: Tab, asked?: Promise<unknown> }>>} */
const tabs = new WeakMap();

/**
 * @param {Loader} loader @param {string | object} source URL or content of a manifest
 * @param {Options} options
 * @returns {Promise<Tab>} which has asked the server once
 */
export async function tabOf(loader, source, options) {
  const url = typeof source === "string" ? resolve(source) : "";
  const own = tabs.get(loader) ?? new BoundedMap(16);
  tabs.set(loader, own);
  const known = own.get(url) ?? { tab: new Tab(url, loader) };
  const { tab } = known;
  if (typeof source === "object") {
    try {
      tab.run(parseManifest(source, resolve("./")));
    } catch (error) {
      report(error);
    }
    return tab;
  }
  checkOrigin(url, options.origins);
  own.set(url, known);
  known.asked ??= tab.ask(options).then(
    (found) => {
      if (!found) known.asked = undefined;
    },
    (error) => {
      known.asked = undefined;
      throw error;
    },
  );
  await known.asked;
  return tab;
}

/**
 * Whether the page has started files of this build, or of another one: scripts that are not in the
 * manifest although they lie in a folder of the build. Builds may share a chunk, so an entry tells,
 * where the manifest names one.
 * @param {Manifest} manifest @returns {"own" | "other" | "stranger"}
 */
function fits({ files }) {
  const folder = (/** @type {string} */ url) => url.slice(0, url.lastIndexOf("/") + 1);
  const scripts = [...(globalThis.document?.querySelectorAll("script[src]") ?? [])].map((script) =>
    /** @type {HTMLScriptElement} */ (script).src.replace(/[?#].*/s, ""),
  );
  const entries = [...files].filter(([, { entry }]) => entry);
  const own = new Map(entries.length ? entries : files);
  if (scripts.some((url) => own.has(url))) return "own";
  const folders = new Set([...files.keys()].map(folder));
  const other = scripts.some((url) => !files.has(url) && folders.has(folder(url)));
  return other ? "other" : "stranger";
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

/** @param {unknown} error */
function report(error) {
  globalThis.dispatchEvent?.(new CustomEvent("apus-lazy:manifest", { detail: { error } }));
}
