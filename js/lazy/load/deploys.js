import { dispose } from "../../core/dispose.js";
import { tabOf } from "../build/tab.js";
import { noticed } from "../build/update.js";
import { onAbort } from "../net/abort.js";
import { sleep } from "../net/environment.js";
import { Hold } from "./hold.js";
import { loader } from "./page-loader.js";

/** A new build counts when so many answers in a row name it: while a deploy rolls, servers disagree. */
const ANSWERS = 3;
/** A tab whose own build no answer has named yet asks this often. */
const MORE = 9;
/** Between these answers, and at most before the first after `changes`, ms. */
const WAIT = 500;
const SPREAD = 5000;
/** Looks that visibility causes are this far apart, ms. */
const APART = 10_000;

/**
 * @typedef {Required<Pick<import("../watch-deploys.js").DeployOptions, "interval" | "hold" | "changes">>
 *   & import("./options.js").LazyOptions & { manifest: string }} Options
 */

/** Watches for new builds; `watchDeploys` makes it. */
export class Deploys {
  #tab;
  #options;
  #stop = new AbortController();
  #last = 0;
  /** @type {Promise<boolean> | undefined} */
  #checking;
  /** @type {Hold | undefined} */
  #hold;

  /** @param {import("../build/tab.js").Tab} tab @param {Options} options */
  constructor(tab, options) {
    this.#tab = tab;
    const { manifest, ...rest } = options;
    this.#options = { ...rest, signal: this.#stop.signal, integrity: undefined };
  }

  /** @param {Options} options @returns {Promise<Deploys>} */
  static async watch(options) {
    const { manifest, ...rest } = options;
    const tab = await tabOf(loader, manifest, rest);
    const deploys = new Deploys(tab, options);
    deploys.#start(options);
    return deploys;
  }

  /** Id of the build that this tab runs; undefined where it is not known. @returns {string | undefined} */
  get build() {
    return this.#tab.manifest?.build;
  }

  /** What is held: the number of files, their bytes, uncompressed, and whether all that fit are there. */
  get held() {
    const { files = 0, bytes = 0, complete = false } = this.#hold ?? {};
    return { files, bytes, complete };
  }

  /**
   * Looks at the manifest now.
   * @returns {Promise<boolean>} whether the servers have another build than this tab; false where
   *   they do not answer. Never rejects
   */
  check() {
    this.#checking ??= this.#differs()
      .catch(() => false)
      .finally(() => {
        this.#checking = undefined;
        this.#last = loader.env.now();
        this.#keep();
      });
    return this.#checking;
  }

  /** Stops looking, and lets go of what is held. Again it does nothing. */
  dispose() {
    this.#stop.abort();
  }

  [dispose]() {
    this.dispose();
  }

  /** Holds the tab's build, once its manifest is known. What has not come is asked for again. */
  #keep() {
    const { signal } = this.#stop;
    const { manifest } = this.#tab;
    const { hold } = this.#options;
    if (!hold || !manifest || signal.aborted) return;
    if (this.#hold) this.#hold.resume();
    else this.#hold = new Hold(loader, manifest, hold, signal);
  }

  /** @param {Options} options */
  #start({ interval, changes, signal }) {
    const { signal: stopped } = this.#stop;
    const { env } = loader;
    onAbort(signal, () => this.dispose());
    this.#keep();
    // A server of another build has answered: the page is older already, or a deploy rolls.
    if (this.#tab.newest && !this.#tab.manifest) void this.check();
    this.#last = env.now();
    const unwatch = env.watch(() => {
      if (env.online() && !env.hidden() && env.now() - this.#last >= APART) void this.check();
    });
    const spread = () => env.after(env.random() * Math.min(interval, SPREAD), () => this.check());
    const unsubscribe = changes(spread) ?? (() => {});
    let cancel = () => {};
    const next = () => {
      cancel = env.after(interval * (0.5 + env.random()), () => {
        if (env.online() && !env.hidden()) void this.check();
        next();
      });
    };
    if (interval < Infinity) next();
    onAbort(stopped, () => {
      cancel();
      unwatch();
      unsubscribe();
    });
  }

  async #differs() {
    const { signal } = this.#stop;
    const own = this.#tab.manifest;
    const answers = own ? ANSWERS : MORE;
    let build;
    for (let n = 0; n < answers; n++) {
      if (n > 0) await sleep(loader.env, loader.env.random() * WAIT, { signal });
      const fresh = await this.#tab.ask(this.#options);
      if (!fresh || fresh.build === this.build) return false;
      if ([...fresh.files.keys()].some((url) => own?.replaced.has(url))) return false; // an older one
      build = fresh.build;
    }
    signal.throwIfAborted();
    if (build !== undefined) noticed(build);
    return true;
  }
}
