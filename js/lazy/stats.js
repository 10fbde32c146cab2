import { loadWasm } from "../core/wasm.js";
import { loader } from "./engine.js";

/** @typedef {{ attempts: number, failures: number, p50: number, p95: number, p99: number, breaker: string }} EndpointStats */

/** What lazyStats() tells. */
export async function stats() {
  const core = await loadWasm("lazy");
  /** @type {Record<string, EndpointStats>} */
  const endpoints = {};
  for (const [origin, host] of loader.hosts) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) =>
      core.apus_lazy_latency_quantile(host.latencies, q),
    );
    const state = ["closed", "open", "half-open"][host.state];
    endpoints[origin] = { attempts: 0, failures: 0, p50, p95, p99, breaker: state };
  }
  for (const [url, { attempts, failures }] of loader.files) {
    const endpoint = endpoints[new URL(url).origin];
    endpoint.attempts += attempts;
    endpoint.failures += failures;
  }
  return { endpoints, files: Object.fromEntries(loader.files) };
}
