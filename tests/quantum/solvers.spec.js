// Algorithms in a page: in a worker, which an abort ends, while the page stays responsive.
import { expect, test } from "../browser.js";

test.beforeEach(async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
});

test("a search over 2^20 leaves the page responsive", async ({ page, problems }) => {
  const result = await page.evaluate(async () => {
    const { grover } = await import("/apus/quantum.js");
    let longest = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    });
    observer.observe({ type: "longtask" });
    const reports = [];
    const onProgress = ({ iteration }) => reports.push(iteration);
    const { index, probability } = await grover([777_777], 20, { solutions: 1, onProgress });
    observer.disconnect();
    return { index, probability, longest, reports };
  });
  expect(result.index).toBe(777_777);
  expect(result.probability).toBeGreaterThan(0.999);
  expect(result.reports.length).toBeGreaterThan(0);
  expect(result.reports).toEqual(result.reports.toSorted((a, b) => a - b));
  expect(problems).toEqual([]);
});

test("an abort ends the worker, and the next run has another", async ({ page, problems }) => {
  const started = page.waitForEvent("worker");
  const run = page.evaluate(async () => {
    const { grover } = await import("/apus/quantum.js");
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = grover([1], 26, {
      solutions: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    const aborted = await running.catch((error) => error === reason);
    const { index } = await grover([5], 6, { solutions: 1 });
    return { aborted, index };
  });
  const worker = await started;
  const closed = new Promise((resolve) => worker.once("close", resolve));
  expect(await run).toEqual({ aborted: true, index: 5 });
  await closed;
  expect(problems).toEqual([]);
});

test("without a worker, the page runs the task in slices", async ({ page }) => {
  await page.route("**/quantum-solver-worker.js*", (route) => route.abort());
  const answer = await page.evaluate(async () => {
    const { solve, maxCut } = await import("/apus/quantum.js");
    const { provider, value } = await solve(
      maxCut([
        [0, 1],
        [1, 2],
        [2, 0],
        [2, 3],
      ]),
    );
    return { provider, value };
  });
  expect(answer).toEqual({ provider: "simulator", value: 3 });
});

test("a cache of the page keeps answers", async ({ page, problems }) => {
  const cached = await page.evaluate(async () => {
    const { solve, maxCut } = await import("/apus/quantum.js");
    const { Cache } = await import("/apus/index.js");
    const cache = await Cache.open("quantum answers");
    const problem = maxCut([
      [0, 1],
      [1, 2],
      [2, 0],
    ]);
    const first = await solve(problem, { cache });
    const second = await solve(problem, { cache });
    cache.close?.();
    return [first.cached, second.cached, first.value === second.value];
  });
  expect(cached).toEqual([false, true, true]);
  expect(problems).toEqual([]);
});
