import { ApusError } from "../core/errors.js";
import { dropOtherBuilds } from "./bodies.js";
import { currentBuild } from "./build.js";
import { Kept } from "./kept.js";
import { dropOldModules, modules, need, scope } from "./modules.js";
import { checkRoute, checkTag, matching } from "./options.js";
import { part } from "./ranges.js";
import { answers } from "./strategies.js";

/** @typedef {import("./options.js").RouteOptions} RouteOptions */
/** @typedef {{ request: Request, preloadResponse?: Promise<Response | undefined>, respondWith(answer: Promise<Response>): void, waitUntil(work: Promise<unknown>): void }} FetchEvent */
/** @typedef {{ budget: import("./kept.js").Budget, gateway?: string, open?: Promise<Kept> }} Place */

const worker = /** @type {any} */ (globalThis);
/** @type {Route[]} */
const routes = [];
/** @type {Map<string, Place>} */
const places = new Map();
/** Names of caches that belong to a build. @type {Set<string>} */
const perBuilds = new Set();

/**
 * Answers matching GET requests of the pages; others are left to other listeners and the network.
 * The first route that matches answers. Call it while the worker's script runs.
 * @param {import("./options.js").Match} match
 * @param {import("./options.js").StrategyName} strategy
 * @param {RouteOptions} [options]
 * @returns {Route}
 * @throws {TypeError | RangeError} naming the bad argument
 * @throws {ApusError} `OPTIONS_CONFLICT` when another route gives its cache another budget; `BAD_GLOB`
 */
export function route(match, strategy, options = {}) {
  checkRoute(strategy, options);
  const matches = matching(match);
  if (!worker.registration) throw new TypeError("route: this is not a service worker");
  const made = new Route(matches, strategy, options, place(strategy, options));
  if (routes.push(made) === 1) listen();
  return made;
}

/** @param {string} strategy @param {RouteOptions} options checked @returns {Place | undefined} */
function place(strategy, options) {
  const { cache: name = "responses", maxBytes, maxEntries, perBuild, gateway } = options;
  if (strategy === "network-only") return undefined;
  const build = currentBuild();
  if (perBuild && build === undefined)
    throw new TypeError("route: perBuild needs a call of build before");
  if (perBuild) perBuilds.add(name);
  const cache = perBuild ? `${name}@${build}` : name;
  const { budget } = places.get(cache) ?? {};
  if (
    budget &&
    ((maxBytes ?? budget.maxBytes) !== budget.maxBytes ||
      (maxEntries ?? budget.maxEntries) !== budget.maxEntries)
  ) {
    throw new ApusError("OPTIONS_CONFLICT", `route: cache "${cache}" has another budget already`);
  }
  const limits = { ...(maxBytes && { maxBytes }), ...(maxEntries && { maxEntries }) };
  if (!budget) places.set(cache, { budget: limits });
  const found = /** @type {Place} */ (places.get(cache));
  if (gateway !== undefined) {
    const url = new URL(gateway, location.href).href;
    if ((found.gateway ?? url) !== url)
      throw new ApusError(
        "OPTIONS_CONFLICT",
        `route: cache "${cache}" has another gateway already`,
      );
    found.gateway = url;
    need("sync");
  }
  modules().catch(() => {}); // the first request need not wait for them
  return found;
}

/** @param {Place} place @param {string} [name] @returns {Promise<Kept>} a failure is tried again */
function opened(place, name = [...places].find(([, it]) => it === place)?.[0] ?? "") {
  place.open ??= Kept.open(name, place.budget, place.gateway).catch((error) => {
    place.open = undefined;
    throw error;
  });
  return place.open;
}

/** Waits for the log's end, from which on nothing is missed; without storage, for nothing. @param {Place} place */
async function followed(place) {
  if (place.gateway)
    await opened(place).then(
      (kept) => kept.current(),
      () => {},
    );
}

/** Of the caches that are open. */
async function allStats() {
  const all = [...places].map(async ([name, { open }]) => {
    const kept = await open?.catch(() => undefined);
    return kept ? [{ name, ...kept.stats() }] : [];
  });
  return (await Promise.all(all)).flat();
}

/** What `route` returns. */
export class Route {
  #matches;
  #strategy;
  #options;
  #place;

  /**
   * Use `route`. @param {(asked: { url: URL, request: Request }) => unknown} matches
   * @param {import("./options.js").StrategyName} strategy
   * @param {RouteOptions} options @param {Place} [place]
   */
  constructor(matches, strategy, options, place) {
    this.#matches = matches;
    this.#strategy = strategy;
    this.#options = { ...options };
    this.#place = place;
  }

  /** @param {{ url: URL, request: Request }} asked */
  matches(asked) {
    return Boolean(this.#matches(asked));
  }

  get fallback() {
    return this.#options.fallback;
  }

  get navigationPreload() {
    return this.#options.navigationPreload;
  }

  /**
   * Deletes the kept responses that have one of the tags, of all routes with this cache. One that
   * was asked for before is not kept.
   * @param {...string} tags @returns {Promise<number>} how many, once that is on the disk
   */
  async invalidateTag(...tags) {
    for (const tag of tags) checkTag(tag, "invalidateTag: a tag");
    return this.#place ? (await opened(this.#place)).invalidateTag(tags) : 0;
  }

  /**
   * Of its cache: `entries`, their `bytes`, `evictions`, `hits`, `misses`, and `diskBytes` and
   * `compressionRatio` of the bodies in the store. `undefined` without a cache.
   */
  async stats() {
    return this.#place && (await opened(this.#place)).stats();
  }

  /** @param {FetchEvent} event @returns {Promise<Response>} */
  async answer(event) {
    const { request } = event;
    /** @type {Promise<unknown>[]} */
    const works = [];
    /** @type {() => void} */
    let answered = () => {};
    event.waitUntil(
      new Promise((resolve) => {
        answered = () => resolve(undefined);
      }).then(async () => {
        while (works.length) await Promise.allSettled(works.splice(0));
      }),
    );
    const wait = (/** @type {Promise<unknown>} */ work) => void works.push(work.catch(() => {}));
    try {
      const response = await answers[this.#strategy]({
        kept: () => this.#find(request),
        network: () => this.#ask(event, wait),
        wait,
        timeout: this.#options.networkTimeout,
      });
      return response ?? (await this.#fallback()) ?? Response.error();
    } catch (error) {
      const page = await this.#fallback();
      if (page) return page;
      throw error;
    } finally {
      answered();
    }
  }

  /** @param {Request} request */
  async #find(request) {
    if (!this.#place) return undefined;
    try {
      const whole = await (await opened(this.#place)).find(request);
      return whole && (await part(request, whole));
    } catch {
      return undefined; // without storage, the network answers
    }
  }

  /** @param {FetchEvent} event @param {(work: Promise<unknown>) => void} wait */
  async #ask(event, wait) {
    const { request } = event;
    const kept = this.#place && opened(this.#place);
    const turn = kept?.then((it) => it.turn);
    turn?.catch(() => {});
    const preload = request.mode === "navigate" && this.navigationPreload;
    const response = (preload && (await event.preloadResponse)) || (await fetch(request));
    if (kept && this.#keeps(request, response)) {
      const copy = response.clone();
      wait(this.#keep(kept, request, copy, turn));
    }
    return response;
  }

  /** @param {Promise<Kept>} kept @param {Request} request @param {Response} response @param {Promise<number> | undefined} turn */
  async #keep(kept, request, response, turn) {
    const { tags = [], ttl } = this.#options;
    const own = typeof tags === "function" ? tags(response, request) : tags;
    const named = response.headers.get("apus-tags")?.split(",").filter(Boolean) ?? [];
    const all = [...own, ...named.map((tag) => decodeURIComponent(tag.trim()))];
    for (const tag of all) checkTag(tag, "route: a tag");
    await (await kept).keep(request, response, { tags: all, ttl, turn: (await turn) ?? 0 });
  }

  /** @param {Request} request @param {Response} response */
  #keeps(request, { status, type, headers }) {
    if (type === "opaque") return this.#options.opaque === true;
    if (status !== 200 || request.headers.has("range")) return false;
    const control = headers.get("cache-control") ?? "";
    return !/\bno-store\b/i.test(control) && headers.get("vary")?.trim() !== "*";
  }

  async #fallback() {
    if (!this.fallback) return undefined;
    return caches.match(new URL(this.fallback, location.href), { cacheName: fallbacks() });
  }
}

/** A page belongs to a build. @param {string} [build] */
const fallbacks = (build = currentBuild() ?? "") => `apus-fallbacks:${scope()} ${build}`;

/** Deletes what other builds have kept. */
async function dropOthers() {
  const build = currentBuild();
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(fallbacks("")) && name !== fallbacks());
  await Promise.all([
    ...old.map((name) => caches.delete(name)),
    ...[...perBuilds].map((name) => dropOtherBuilds(name, `${name}@${build}`)),
  ]);
}

function listen() {
  worker.addEventListener("fetch", (/** @type {FetchEvent} */ event) => {
    const { request } = event;
    if (request.method !== "GET" || !request.url.startsWith("http")) return;
    const asked = { url: new URL(request.url), request };
    const found = routes.find((route) => route.matches(asked));
    if (found) event.respondWith(found.answer(event));
  });
  worker.addEventListener("message", (/** @type {any} */ event) => {
    const { data, ports } = event;
    if (data?.apus === "stats")
      event.waitUntil(allStats().then((stats) => ports[0]?.postMessage(stats)));
  });
  worker.addEventListener("install", (/** @type {FetchEvent} */ event) => {
    event.waitUntil(
      Promise.all([modules(), ...routes.map(keepFallback), ...[...places.values()].map(followed)]),
    );
  });
  worker.addEventListener("activate", (/** @type {FetchEvent} */ event) => {
    dropOthers().catch(() => {}); // may wait for pages, and requests wait for this event
    const preload = routes.some(({ navigationPreload }) => navigationPreload);
    event.waitUntil(
      Promise.all([dropOldModules(), preload && worker.registration.navigationPreload?.enable()]),
    );
  });
}

/** @param {Route} route */
async function keepFallback({ fallback }) {
  if (!fallback) return;
  const cache = await caches.open(fallbacks());
  await cache.add(new Request(new URL(fallback, location.href), { cache: "reload" }));
}
