import { checkOptions, func, string } from "../core/check.js";
import { ApusError } from "../core/errors.js";
import { ask } from "./ask.js";

export { routeStats, watchRoutes } from "./page-stats.js";

/**
 * @typedef {object} WatchOptions
 * @property {string} build the id of the page's own build, as the worker's `build` has it
 * @property {() => boolean | Promise<boolean>} [ready] whether the page may be reloaded now, such as
 *   without unsaved input; default: never, except by its own `apply`
 */

/** @typedef {CustomEvent<{ build: string }>} UpdateEvent */

/**
 * @typedef {object} Applied
 * @property {boolean} taken whether the new worker takes over
 * @property {"busy" | "outdated" | "none"} [reason] otherwise: a page is not ready or does not answer;
 *   the server has a still newer build, which will be announced; no worker waits
 */

/**
 * The page's side of a worker's take-over.
 *
 * Event `update` (`CustomEvent`, detail `{ build }`): a worker of another build waits, or has taken
 * over without asking this page. One of the page's own build takes over by itself, unless pages of
 * other builds are open.
 */
export class Updates extends /** @type {new () => import("../core/event-types.js").TypedTarget<{ update: UpdateEvent }>} */ (
  EventTarget
) {
  #registration;
  #build;
  #ready;
  #stop = new AbortController();
  /** `apply` is under way. */ #applying = false;
  /** The page's worker is of another build. */ #mixed = false;
  /** Of the worker that waits. @type {string | undefined} */ #waiting;

  /** Use `watchUpdates`. @param {ServiceWorkerRegistration} registration @param {WatchOptions} options */
  constructor(registration, { build, ready = () => false }) {
    super();
    this.#registration = registration;
    this.#build = build;
    this.#ready = ready;
    const { signal } = this.#stop;
    const { serviceWorker } = navigator;
    serviceWorker.addEventListener("message", (event) => void this.#hear(event), { signal });
    serviceWorker.addEventListener("controllerchange", () => void this.#changed(), { signal });
    registration.addEventListener("updatefound", () => this.#found(), { signal });
    serviceWorker.startMessages();
    // The code that called has added its listeners by then.
    setTimeout(() => void (registration.waiting ? this.#announce() : this.#found()));
  }

  /** The build that the last `update` told of, while it has not taken over. @returns {string | undefined} */
  get waiting() {
    return this.#waiting;
  }

  /**
   * Has the new worker take over, if every page of its scope is of its build, or ready. Then all
   * pages of other builds are reloaded, this one too.
   * @returns {Promise<Applied>}
   */
  async apply() {
    if (this.#mixed) {
      location.reload();
      return { taken: true };
    }
    this.#applying = true;
    const applied = await this.#takeOver(false);
    this.#applying = applied.taken;
    return applied;
  }

  /** Stops listening. */
  close() {
    this.#stop.abort();
  }

  /** @param {boolean} silent @returns {Promise<Applied>} */
  async #takeOver(silent) {
    const { waiting } = this.#registration;
    if (!waiting) return { taken: false, reason: "none" };
    // Pages have 2 s to answer it, and the manifest has to come.
    const answer = await ask(waiting, { apus: "take-over", silent }, 15_000);
    return answer ?? { taken: false, reason: "busy" };
  }

  /** @param {MessageEvent} event */
  async #hear({ data, ports }) {
    if (data?.apus !== "ready") return;
    ports[0]?.postMessage({ build: this.#build, ready: await this.#mayReload() });
  }

  /** @returns {Promise<boolean>} */
  async #mayReload() {
    if (this.#applying) return true;
    try {
      return (await this.#ready()) === true;
    } catch {
      return false;
    }
  }

  #found() {
    const { installing } = this.#registration;
    if (!installing) return;
    const { signal } = this.#stop;
    const changed = () => {
      if (installing.state === "installed" && navigator.serviceWorker.controller)
        void this.#announce();
    };
    installing.addEventListener("statechange", changed, { signal });
  }

  async #announce() {
    const { waiting } = this.#registration;
    const answer = waiting && (await ask(waiting, { apus: "build" }));
    if (answer?.build === undefined || waiting !== this.#registration.waiting) return;
    if (answer.build === this.#build && (await this.#takeOver(true)).taken) return;
    this.#tell(answer.build);
  }

  /** @param {string} build */
  #tell(build) {
    if (this.#stop.signal.aborted) return;
    this.#waiting = build;
    this.dispatchEvent(new CustomEvent("update", { detail: { build } }));
  }

  /** Another worker controls the page: a page of another build must be reloaded. */
  async #changed() {
    this.#waiting = undefined;
    const { controller } = navigator.serviceWorker;
    const answer = controller && (await ask(controller, { apus: "build" }));
    if (answer?.build === undefined || answer.build === this.#build) return;
    this.#mixed = true;
    if (await this.#mayReload()) location.reload();
    else this.#tell(answer.build); // it was not asked, or has changed its mind
  }
}

/**
 * Watches for a newer service worker. The worker has to call `build`.
 * @param {WatchOptions} options
 * @returns {Promise<Updates>} when a worker is active
 * @throws {TypeError} naming the bad argument
 * @throws {ApusError} `NO_SERVICE_WORKER` where there are none, such as without HTTPS
 */
export async function watchUpdates(options) {
  checkOptions("watchUpdates", options, { build: string, ready: func });
  if (!options.build) throw new TypeError("watchUpdates: build is missing");
  return new Updates(await registered(), options);
}

/** @returns {Promise<ServiceWorkerRegistration>} */
async function registered() {
  if (!navigator.serviceWorker)
    throw new ApusError("NO_SERVICE_WORKER", "there are no service workers here");
  return navigator.serviceWorker.ready;
}
