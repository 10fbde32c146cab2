import { checkOptions, duration, func, string } from "../../core/check.js";
import { ApusError } from "../../core/errors.js";

/**
 * A provider behind a gateway of the page's own, which holds the device's credentials and speaks its
 * protocol. The page speaks this one:
 *
 * | request | answer |
 * |---|---|
 * | `GET url` | 200 `{ "available": true, "maxVariables": 20 }` |
 * | `POST url` with `{ problem, shots, seed }` | 202 `{ "id": "7" }`, or 200 with the result |
 * | `GET url/7` | 202 while it waits or runs; 200 with the result |
 * | `DELETE url/7` | the job is not wanted any more |
 *
 * A result is `{ "algorithm": "qaoa", "bits": [0, 1, …] }`, or `{ "algorithm": "vqe", "energy": -1.1 }`.
 *
 * @param {object} options
 * @param {string} options.url of the gateway, without a slash at the end
 * @param {string} [options.name] what results name; default the URL's host
 * @param {number} [options.poll] ms between questions; default 1000
 * @param {typeof globalThis.fetch} [options.fetch] with the page's own headers, for instance
 * @returns {import("./providers.js").Provider} rejects with `ApusError` `PROVIDER_FAILED`
 * @throws {TypeError | RangeError}
 */
export function httpProvider(options) {
  checkOptions("httpProvider", options, { url: string, name: string, poll: duration, fetch: func });
  const { url, poll = 1000, fetch = globalThis.fetch } = options;
  string(url, "httpProvider: url");
  const base = globalThis.location?.href;
  const { host } = new URL(url, base);
  /** @type {Set<string>} */ const jobs = new Set();

  /**
   * @param {string} path @param {RequestInit} init
   * @returns {Promise<{ status: number, body: any }>}
   */
  async function ask(path, init) {
    const response = await fetch(`${url}${path}`, { cache: "no-store", ...init });
    if (!response.ok) {
      throw new ApusError("PROVIDER_FAILED", `${url}${path} answered ${response.status}`);
    }
    return { status: response.status, body: await response.json() };
  }

  return {
    name: options.name ?? host,
    async isAvailable(problem, { signal }) {
      const { body } = await ask("", { signal });
      const size = problem.kind === "groundState" ? problem.qubits : problem.size;
      return body?.available === true && !(body.maxVariables < size);
    },
    async solve(problem, { signal, shots, seed }) {
      const body = JSON.stringify({ problem, shots, seed });
      const headers = { "content-type": "application/json" };
      let answer = await ask("", { method: "POST", headers, body, signal });
      if (answer.status !== 202) return answer.body;
      const job = `/${encodeURIComponent(String(answer.body?.id))}`;
      jobs.add(job);
      while (answer.status === 202) {
        await wait(poll, signal);
        answer = await ask(job, { signal });
      }
      jobs.delete(job);
      return answer.body;
    },
    cancel() {
      for (const job of jobs)
        fetch(`${url}${job}`, { method: "DELETE", keepalive: true }).catch(() => {});
      jobs.clear();
    },
  };
}

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} rejects with its reason */
function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
  });
}
