import { loadWasm } from "../../core/wasm.js";
import { loader } from "../load/page-loader.js";

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
    const { attempts, failures } = host;
    endpoints[origin] = { attempts, failures, p50, p95, p99, breaker: state };
  }
  return { endpoints, files: Object.fromEntries(loader.files) };
}
