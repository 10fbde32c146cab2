import { page } from "./environment.js";
import { loader } from "./lazy.js";

/** @typedef {{ attempts: number, failures: number, p50: number, p95: number, p99: number, breaker: string }} EndpointStats */

/** What lazyStats() tells. */
export function stats() {
  /** @type {Record<string, EndpointStats>} */
  const endpoints = {};
  for (const [origin, { latencies, breaker }] of loader.hosts) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => latencies.quantile(q));
    const state = ["closed", "open", "half-open"][breaker.state(page.now())];
    endpoints[origin] = { attempts: 0, failures: 0, p50, p95, p99, breaker: state };
  }
  for (const [url, { attempts, failures }] of loader.files) {
    const endpoint = endpoints[new URL(url).origin];
    endpoint.attempts += attempts;
    endpoint.failures += failures;
  }
  return { endpoints, files: Object.fromEntries(loader.files) };
}
