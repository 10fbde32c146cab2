// The room in a page: in a worker, and only where it is imported.
import { readdir } from "node:fs/promises";
import { expect, test } from "../browser.js";

const dist = new URL("../../dist/", import.meta.url);

test("a simulator runs in a worker of its own", async ({ page, problems }) => {
  await page.goto("/tests/pages/blank.html");
  const outcomes = await page.evaluate(async () => {
    const { Circuit, Simulator } = await import("/apus/quantum.js");
    window.simulator = new Simulator();
    const { counts } = await window.simulator.run(new Circuit(2).h(0).cx(0, 1), { shots: 100 });
    return [...counts.keys()].sort();
  });
  expect(outcomes).toEqual(["00", "11"]);
  expect(page.workers()).toHaveLength(1);
  await page.evaluate(() => window.simulator.dispose());
  await expect.poll(() => page.workers().length).toBe(0);
  expect(problems).toEqual([]);
});

test("an abort ends the run in the worker, which then runs the next one", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  const [name, count] = await page.evaluate(async () => {
    const { Circuit, Simulator } = await import("/apus/quantum.js");
    const simulator = new Simulator();
    const circuit = new Circuit(20);
    for (let i = 0; i < 20_000; i++) circuit.h(i % 20).cx(i % 20, (i + 1) % 20);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const options = { signal: controller.signal, onProgress };
    const error = await simulator.run(circuit, options).catch((error) => error);
    const { counts } = await simulator.run(new Circuit(1).x(0), { shots: 5 });
    return [error.name, counts.get("1")];
  });
  expect([name, count]).toEqual(["AbortError", 5]);
});

test("a worker that cannot load is an error, and the next call tries again", async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
  await page.route("**/quantum-worker.js*", (route) => route.abort(), { times: 1 });
  const [code, count] = await page.evaluate(async () => {
    const { Circuit, Simulator } = await import("/apus/quantum.js");
    const simulator = new Simulator();
    const error = await simulator.run(new Circuit(1)).catch((error) => error);
    const { counts } = await simulator.run(new Circuit(1), { shots: 5 });
    return [error.code, counts.get("0")];
  });
  expect([code, count]).toEqual(["WORKER_FAILED", 5]);
});

test("no other entry downloads it", async ({ page }) => {
  const names = (await readdir(dist)).concat(
    (await readdir(new URL("define/", dist))).map((name) => `define/${name}`),
  );
  const chunk = /-\w{8}\.js$/;
  const own = /^(boot|define|index|image|store|sync|worker-page)\.js$|^define\/(?!quantum)\w+\.js$/;
  const entries = names.filter((name) => own.test(name) && !chunk.test(name));
  expect(entries.length).toBeGreaterThan(12);
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto("/tests/pages/blank.html");
  for (const name of entries) await page.evaluate((name) => import(`/apus/${name}`), name);
  await page.waitForLoadState("networkidle");
  expect(asked.filter((path) => /quantum|solver/.test(path))).toEqual([]);
  await page.evaluate(() => import("/apus/define/quantum.js"));
  expect(asked.some((path) => /apus-quantum/.test(path))).toBe(true);
});
