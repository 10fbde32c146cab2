// Runs the oracle in a page that Node drives: Chromium by Playwright, Firefox by Puppeteer.

/**
 * @typedef {object} Mismatch
 * @property {string} surrounding
 * @property {number} seed
 * @property {number} step -1: as it opens
 * @property {string} what
 * @property {string[]} problems
 *
 * @typedef {object} Hands what a browser's page can do
 * @property {(url: string) => Promise<unknown>} goto
 * @property {<Args extends any[]>(task: (...args: Args) => any, ...args: Args) => Promise<any>} evaluate
 * @property {(x: number, y: number) => Promise<unknown>} point
 * @property {(dx: number, dy: number) => Promise<unknown>} wheel
 * @property {(key: string) => Promise<unknown>} press
 */

/**
 * @param {Hands} hands
 * @param {string} url the server's
 * @param {import("./surroundings.js").Surrounding} surrounding
 * @param {{ seed: number, steps: number, rows: number, report?: (mismatch: Mismatch) => void,
 *   each?: (what: string, step: number) => void }} options
 * @returns {Promise<Mismatch[]>}
 */
export async function runOracle(hands, url, surrounding, { seed, steps, rows, report, each }) {
  /** @type {Mismatch[]} */
  const mismatches = [];
  const note = async (
    /** @type {number} */ step,
    /** @type {string} */ what,
    /** @type {string[]} */ problems,
  ) => {
    await each?.(what, step);
    if (!problems.length) return;
    const mismatch = { surrounding: surrounding.name, seed, step, what, problems };
    mismatches.push(mismatch);
    report?.(mismatch);
  };
  await hands.goto(`${url}/tests/list/oracle/oracle.html`);
  await hands.evaluate(async () => {
    while (!globalThis.ready) await new Promise(requestAnimationFrame);
  });
  const { name } = surrounding;
  await note(
    -1,
    "open",
    await hands.evaluate((...args) => globalThis.open(...args), name, seed, rows),
  );
  for (let step = 0; step < steps; step++) {
    const { what, input, places } = await hands.evaluate((step) => globalThis.begin(step), step);
    for (const [side, { x, y }] of (places ?? []).entries()) {
      if (input.wheel) {
        await hands.point(x, y);
        const sideways = surrounding.attributes?.axis === "x";
        const px = surrounding.parent?.direction === "rtl" && sideways ? -input.wheel : input.wheel;
        await hands.wheel(sideways ? px : 0, sideways ? 0 : px);
      } else {
        await hands.evaluate((side) => globalThis.focus(side), side);
        await hands.press(input.key);
      }
    }
    // A busy browser may drop a key's scroll, of a plain scroller too. One that is only late does no harm
    // where the key names a place.
    const place = /^(Home|End)$/.test(input?.key ?? "");
    const still = place ? await hands.evaluate(() => globalThis.still()) : -1;
    if (still >= 0) {
      await hands.evaluate((side) => globalThis.focus(side), still);
      await hands.press(input.key);
    }
    await note(step, what, await hands.evaluate(() => globalThis.end()));
  }
  return mismatches;
}
