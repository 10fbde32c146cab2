import { loader } from "../load/page-loader.js";
import { breakerStates } from "./circuit-breaker.js";

/** @typedef {{ attempts: number, failures: number, p50: number, p95: number, p99: number, breaker: string }} EndpointStats */

/** For lazyStats(). */
export function stats() {
  const { files, origins } = loader.fetcher;
  /** @type {Record<string, EndpointStats>} */
  const endpoints = {};
  for (const [name, origin] of origins) {
    const { attempts, failures, state } = origin;
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => origin.latency(q));
    endpoints[name] = { attempts, failures, p50, p95, p99, breaker: breakerStates[state] };
  }
  return { endpoints, files: Object.fromEntries(files) };
}
