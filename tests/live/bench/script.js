/** Calls in which the engine computes the layout, because a script needs it now. */
const layouts = ["scrollTo", "getBoundingClientRect", "getClientRects"];

/**
 * What a page's thread does meanwhile, by sampling. As in CDP's `ScriptDuration`, layout is not script;
 * unlike there, microtasks are.
 * @param {import("@playwright/test").Page} page
 * @param {() => Promise<unknown>} work
 * @returns {Promise<{ seconds: number, script: number, layout: number, other: number }>}
 *   ms of script, of layout that scripts asked for, and of the engine outside script
 */
export async function scriptTime(page, work) {
  const session = await page.context().newCDPSession(page);
  await session.send("Profiler.enable");
  await session.send("Profiler.setSamplingInterval", { interval: 500 });
  await session.send("Profiler.start");
  await work();
  const { profile } = await session.send("Profiler.stop");
  await session.detach();
  const { nodes, samples = [], timeDeltas = [], startTime, endTime } = profile;
  /** @type {Map<number, string>} */
  const names = new Map();
  for (const { id, callFrame } of nodes) {
    const { functionName, url, lineNumber } = callFrame;
    names.set(
      id,
      url ? `${functionName} ${url.replace(/.*\//, "")}:${lineNumber + 1}` : functionName,
    );
  }
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const [i, id] of samples.entries()) {
    const name = names.get(id) ?? "";
    sums.set(name, (sums.get(name) ?? 0) + (timeDeltas[i + 1] ?? 0) / 1000);
  }
  const of = (/** @type {string} */ name) => sums.get(name) ?? 0;
  const total = [...sums.values()].reduce((sum, it) => sum + it, 0);
  const layout = layouts.reduce((sum, name) => sum + of(name), 0);
  return {
    seconds: (endTime - startTime) / 1e6,
    script: total - of("(idle)") - of("(program)") - of("(root)") - layout,
    layout,
    other: of("(program)"),
  };
}
