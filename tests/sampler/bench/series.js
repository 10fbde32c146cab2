// Runs in the page or in Node. A thousand series for a quarter of an hour of a simulated clock, and
// an even flow through every window.
import { loadWasm } from "../../../js/core/wasm.js";
import { Histograms } from "../../../js/sampler/histograms.js";
import { lognormal, uniform } from "./insert.js";

const live = 1000;
const perSecond = 50;
const lengths = /** @type {const} */ ({ "1m": 60, "5m": 300, "15m": 900 });

/** @returns {Promise<Record<string, number>>} */
export async function benchSeries() {
  const core = await loadWasm("sampler");
  // The first round makes memory grow; time is that of the best one.
  const rounds = Array.from({ length: 5 }, () => thousand(core));
  const best = Math.min(...rounds.map(({ series_1000_ns_per_value: ns }) => ns));
  return { ...rounds[0], series_1000_ns_per_value: best, ...evenFlow(core) };
}

/** Each series gets a value a second, for 16 minutes. @param {any} core */
function thousand(core) {
  let now = 0;
  const options = { maxSeries: live + 1, maxPerName: live, now: () => now };
  const before = core.memory.size;
  const histograms = new Histograms(core, options);
  const ids = Array.from({ length: live }, (_, i) => histograms.series(`series ${i}`).id);
  const next = uniform(15);
  const values = Float64Array.from({ length: 1 << 16 }, () => lognormal(next));
  const seconds = 960;
  let at = 0;
  const start = performance.now();
  for (let second = 0; second < seconds; second++, now += 1000) {
    for (const id of ids) histograms.record(id, values[at++ & 0xffff]);
    histograms.drain();
  }
  const ms = performance.now() - start;
  const grown = core.memory.size - before;
  const counts = (/** @type {"5m" | "visit"} */ window) =>
    ids.map((id) => histograms.count(id, window));
  const kept = counts("visit").reduce((sum, count) => sum + count, 0);
  const { error } = histograms.memory;
  const shortest = Math.min(...counts("5m"));
  histograms.dispose();
  return {
    series_1000_values_lost: live * seconds - kept,
    series_1000_window_5m_pct: (shortest / lengths["5m"]) * 100,
    series_1000_ns_per_value: (ms * 1e6) / (live * seconds),
    series_1000_error_pct: error * 100,
    memory_1000_series_mb: grown / 1e6,
  };
}

/** The length of each window as an even flow shows it, against its name. @param {any} core */
function evenFlow(core) {
  let now = 0;
  const histograms = new Histograms(core, { maxSeries: 2, maxPerName: 2, now: () => now });
  const { id } = histograms.series("beat");
  let window_error_s = 0;
  let rate_error_pct = 0;
  for (let i = 0; i < 1200 * perSecond; i++, now += 1000 / perSecond) {
    histograms.record(id, 1 + (i % 100));
    // A sampler drains every second; whole seconds alone would never cut a slice.
    if (i % 47 === 0) histograms.drain();
    if (i % 389) continue;
    for (const [window, length] of Object.entries(lengths)) {
      if (now < length * 1000) continue;
      const seconds = histograms.count(id, /** @type {"1m"} */ (window)) / perSecond;
      const error = Math.abs(seconds - length);
      window_error_s = Math.max(window_error_s, error);
      rate_error_pct = Math.max(rate_error_pct, (error / length) * 100);
    }
  }
  histograms.dispose();
  return { window_error_s, rate_error_pct };
}
