// A visitor whose tab stays open while the site deploys.

/** What the visitor has seen. */
export class Visitor {
  failed = 0;
  reloads = 0;
  mixed = 0;
  duplicates = 0;
  navigations = 0;
  held = 0;
  /** What went wrong. @type {string[]} */
  errors = [];
  #tab;
  #url;

  /** @param {import("./tabs.js").Tab} tab @param {string} url */
  constructor(tab, url) {
    this.#tab = tab;
    this.#url = url;
  }

  /** @param {import("./tabs.js").Browser} browser @param {string} url @param {string} lane */
  static async open(browser, url, lane) {
    const tab = await browser.tab({ name: "lane", value: lane, url });
    const visitor = new Visitor(tab, url);
    await visitor.#start("/");
    return visitor;
  }

  async close() {
    await this.#tab.close();
  }

  /** Between two deploys the tab has time for all that it does in the background, however slow. */
  async rest() {
    const rested = await this.#until(() => globalThis.app && globalThis.idle(), undefined, 300_000);
    if (!rested) console.error("a tab is not ready for the next deploy");
    const held = await this.#evaluate(() => globalThis.held());
    this.held = Math.max(this.held, held ?? 0);
  }

  /** It is time to look for a new build. */
  async look() {
    await this.#evaluate(() => globalThis.look());
  }

  /** Follows a link, and looks at what is shown. @param {string} route */
  async visit(route) {
    this.navigations++;
    await this.#until((route) => {
      const link = document.querySelector(`a[href="/${route}"]`);
      if (!globalThis.app || !link) return false;
      globalThis.shown = [];
      /** @type {HTMLElement} */ (link).focus();
      return document.activeElement === link;
    }, route);
    await this.#tab.enter();
    const told = await this.#until((route) => {
      const [last] = globalThis.shown ?? [];
      if (last?.route !== route) return undefined;
      const { build } = globalThis.app;
      const { singletons } = globalThis;
      const reloads = Number(sessionStorage.reloads ?? 0);
      sessionStorage.reloads = 0;
      return { ...last, build, singletons, reloads };
    }, route);
    const { error = "nothing is shown", reloads = 0, build, singletons = [], ...rest } = told ?? {};
    this.reloads += reloads;
    if (singletons.length > 1) this.duplicates++;
    if (!told || told.error) {
      this.failed++;
      this.errors.push(`${route}: ${error}`);
      await this.#start(`/${route}`); // the visitor reloads the page
      return;
    }
    const builds = Object.values(rest).filter((it) => typeof it === "number");
    if (builds.some((it) => it !== build)) {
      this.mixed++;
      this.errors.push(`mixed: ${JSON.stringify(told)}`);
    }
  }

  /** @param {string} path */
  async #start(path) {
    await this.#tab.open(this.#url + path);
    await this.#until(() => globalThis.app && "idle" in globalThis);
  }

  /** Evaluates until the result is true, through changes of the document. */
  async #until(expression, argument, ms = 60_000) {
    // The page itself looks again and again, which costs less than to ask it.
    const again = `async (argument) => {
      for (;;) {
        const found = await (${expression})(argument);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }`;
    for (const end = performance.now() + ms; performance.now() < end; ) {
      const late = new Promise((resolve) => setTimeout(resolve, end - performance.now()).unref());
      const found = await Promise.race([this.#evaluate(again, argument), late]);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return undefined;
  }

  /** @returns {Promise<any>} `undefined` while the document changes */
  #evaluate(expression, argument) {
    return this.#tab
      .evaluate(`(${expression})(${JSON.stringify(argument)})`)
      .catch(() => undefined);
  }
}
