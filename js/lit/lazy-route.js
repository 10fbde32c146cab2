import { AsyncDirective, directive } from "lit/async-directive.js";
import { nothing } from "lit/html.js";
import { func } from "../core/check.js";
import { lazyImport } from "../lazy/lazy-import.js";

/**
 * What a lazy route shows besides its module.
 * @typedef {object} LazyTemplates
 * @property {unknown} [fallback] until it has loaded
 * @property {(error: unknown, retry: () => void) => unknown} [error] when loading failed
 */

/**
 * The load that all places of a route share.
 * @template Module
 */
class Route {
  /** @type {{ module: Module } | undefined} */
  loaded;
  /** @type {Promise<Module> | undefined} */
  #load;
  #import;

  /** @param {() => Promise<Module>} load */
  constructor(load) {
    this.#import = load;
  }

  /** @returns {Promise<Module>} */
  load() {
    this.#load ??= this.#import().then(
      (module) => {
        this.loaded = { module };
        return module;
      },
      (error) => {
        this.#load = undefined; // the next call tries again
        throw error;
      },
    );
    return this.#load;
  }
}

class LazyDirective extends AsyncDirective {
  /** Counts renders: a late load of an earlier one shows nothing. */
  #turn = 0;
  /** @type {(() => void) | undefined} */
  #again;

  /** @param {Route<any>} route @param {(module: any) => unknown} template @param {LazyTemplates} [templates] */
  render(route, template, { fallback = nothing, error } = {}) {
    const turn = ++this.#turn;
    this.#again = undefined;
    if (route.loaded) return template(route.loaded.module);
    const show = (/** @type {unknown} */ value) => {
      if (turn === this.#turn && this.isConnected) this.setValue(value);
    };
    const start = () =>
      route.load().then(
        (module) => show(template(module)),
        (reason) => {
          if (!error) throw reason; // unhandled, as of an import() that failed
          show(
            error(reason, () => {
              show(fallback);
              start();
            }),
          );
        },
      );
    this.#again = start;
    start();
    return fallback;
  }

  /** @override */
  reconnected() {
    this.#again?.();
  }
}

const inTemplate = directive(LazyDirective);

/**
 * A part of a page that loads through a bad network:
 * `const settings = lazyRoute(() => import("./settings.js"))`, and in a template
 * `${settings(() => html`<app-settings></app-settings>`, { fallback, error })}`. The module loads when
 * the template is first rendered, or by `settings.preload()`, which also suits a router's `enter`.
 * @template Module
 * @param {() => Promise<Module>} load
 * @param {import("../lazy/load/options.js").LazyOptions} [options] as for `lazyImport`
 * @returns {((template: (module: Module) => unknown, templates?: LazyTemplates) => import("lit/directive.js").DirectiveResult)
 *   & { preload: () => Promise<Module> }}
 * @throws {TypeError | RangeError} for invalid options, at once
 */
export function lazyRoute(load, options) {
  func(load, "lazyRoute: load");
  const route = new Route(globalThis.document ? lazyImport(load, options) : load);
  return Object.assign(
    (
      /** @type {(module: Module) => unknown} */ template,
      /** @type {LazyTemplates | undefined} */ templates,
    ) => inTemplate(route, template, templates),
    { preload: () => route.load() },
  );
}
