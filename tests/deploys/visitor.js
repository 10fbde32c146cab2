// A visitor whose tab stays open while the site deploys.

/** What the visitor has seen. */
export class Visitor {
  failed = 0;
  reloads = 0;
  mixed = 0;
  duplicates = 0;
  navigations = 0;
  held = 0;
  /** The first error. @type {string | undefined} */
  error;
  #page;
  #url;

  /** @param {import("playwright-core").Page} page @param {string} url */
  constructor(page, url) {
    this.#page = page;
    this.#url = url;
  }

  /** @param {import("playwright-core").Browser} browser @param {string} url @param {string} lane */
  static async open(browser, url, lane) {
    const context = await browser.newContext();
    await context.addCookies([{ name: "lane", value: lane, url }]);
    const visitor = new Visitor(await context.newPage(), url);
    await visitor.#start("/");
    return visitor;
  }

  async close() {
    await this.#page.context().close();
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
    await this.#evaluate(() => {
      globalThis.shown = [];
    });
    await this.#page.click(`a[href="/${route}"]`);
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
      this.error ??= `${route}: ${error}`;
      await this.#start(`/${route}`); // the visitor reloads the page
      return;
    }
    const builds = Object.values(rest).filter((it) => typeof it === "number");
    if (builds.some((it) => it !== build)) {
      this.mixed++;
      this.error ??= `mixed: ${JSON.stringify(told)}`;
    }
  }

  /** @param {string} path */
  async #start(path) {
    await this.#page.goto(this.#url + path);
    await this.#until(() => globalThis.app && "idle" in globalThis);
  }

  /** Evaluates until the result is true, through changes of the document. */
  async #until(expression, argument, ms = 30_000) {
    for (const end = performance.now() + ms; performance.now() < end; ) {
      const found = await this.#evaluate(expression, argument);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return undefined;
  }

  /** @returns {Promise<any>} `undefined` while the document changes */
  #evaluate(expression, argument) {
    return this.#page.evaluate(expression, argument).catch(() => undefined);
  }
}
