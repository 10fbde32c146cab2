import { loadWasm } from "../../core/wasm.js";
import { loader } from "../load/page-loader.js";
import { breakerStates } from "./circuit-breaker.js";

/** @typedef {{ attempts: number, failures: number, p50: number, p95: number, p99: number, breaker: string }} EndpointStats */

/** For lazyStats(). */
export async function stats() {
  const core = await loadWasm("lazy");
  const { files, origins } = loader.fetcher;
  /** @type {Record<string, EndpointStats>} */
  const endpoints = {};
  for (const [name, { attempts, failures, latencies, state }] of origins) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) =>
      core.apus_lazy_latency_quantile(latencies, q),
    );
    endpoints[name] = { attempts, failures, p50, p95, p99, breaker: breakerStates[state] };
  }
  return { endpoints, files: Object.fromEntries(files) };
}
