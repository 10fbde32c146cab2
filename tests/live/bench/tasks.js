/**
 * The longest task of a page's thread, from a trace.
 * @param {import("@playwright/test").Browser} browser @param {import("@playwright/test").Page} page
 * @param {() => Promise<unknown>} work
 * @returns {Promise<{ wall: number, cpu: number, count: number }>} ms; cpu: without what other
 *   programs of the machine took
 */
export async function longestTask(browser, page, work) {
  await browser.startTracing(page, {
    categories: [
      "__metadata",
      "disabled-by-default-devtools.timeline",
      "toplevel",
      "blink.user_timing",
    ],
  });
  await page.evaluate("performance.mark('apus-begin')");
  await work();
  await page.evaluate("performance.mark('apus-end')");
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  /** @param {string} name @returns {{ pid: number, tid: number, ts: number }} */
  const mark = (name) => {
    const found = traceEvents.find((/** @type {any} */ it) => it.name === name);
    if (!found) throw new Error(`the trace has no mark ${name}`);
    return found;
  };
  const { pid, tid, ts: begin } = mark("apus-begin");
  const { ts: end } = mark("apus-end");
  const tasks = traceEvents.filter(
    (/** @type {any} */ it) =>
      it.name === "RunTask" && it.pid === pid && it.tid === tid && it.ts > begin && it.ts < end,
  );
  if (tasks.length === 0) throw new Error("the trace has no tasks");
  const most = (/** @type {"dur" | "tdur"} */ field) =>
    tasks.reduce(
      (/** @type {number} */ max, /** @type {any} */ it) => Math.max(max, it[field] ?? 0),
      0,
    );
  return { wall: most("dur") / 1000, cpu: most("tdur") / 1000, count: tasks.length };
}
