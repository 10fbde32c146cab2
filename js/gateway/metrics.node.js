/** Upper bounds of the histogram's buckets, s. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * What a gateway did, as OpenMetrics text.
 * Source: https://github.com/prometheus/OpenMetrics, 1.0.
 */
export class Metrics {
  /** @type {Map<string, number>} */
  #requests = new Map();
  #buckets = new Array(bounds.length + 1).fill(0);
  #seconds = 0;

  /** @param {string} method @param {number} status @param {number} ms */
  observe(method, status, ms) {
    // Methods of strangers would be names without end.
    const known = /^(GET|HEAD|PUT|PATCH|DELETE|POST)$/.test(method) ? method : "other";
    const labels = `method="${known}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    const at = bounds.findIndex((bound) => ms / 1000 <= bound);
    this.#buckets[at < 0 ? bounds.length : at]++;
    this.#seconds += ms / 1000;
  }

  /**
   * @param {import("./values.node.js").Values} values
   * @param {import("./loads.node.js").Loads} loads
   * @param {import("./purge/purger.node.js").Purger[]} purgers
   * @param {string[]} more families of other parts
   */
  text(values, loads, purgers, more) {
    const { hits, misses, entries, bytes } = values.stats;
    let sum = 0;
    const buckets = this.#buckets.map((count, i) => {
      sum += count;
      return [`_bucket{le="${bounds[i] ?? "+Inf"}"}`, sum];
    });
    const families = [
      family("apus_requests", "counter", "Requests answered.", [
        ...[...this.#requests].map(([labels, count]) => [`_total{${labels}}`, count]),
      ]),
      family("apus_request_seconds", "histogram", "Time until the answer.", [
        ...[...buckets, ["_count", sum], ["_sum", this.#seconds]],
      ]),
      family("apus_memory_lookups", "counter", "Values looked up in the gateway's memory.", [
        ...[
          [`_total{result="hit"}`, hits],
          [`_total{result="miss"}`, misses],
        ],
      ]),
      family("apus_memory_entries", "gauge", "Values in the gateway's memory.", [["", entries]]),
      family("apus_memory_bytes", "gauge", "Their bytes.", [["", bytes]]),
      family("apus_loads", "counter", "Loads begun.", [["_total", loads.stats.loads]]),
      family("apus_load_errors", "counter", "Loads that failed.", [["_total", loads.stats.errors]]),
      family("apus_engine_up", "gauge", "Whether the engine answers.", [
        ["", values.feed.failure ? 0 : 1],
      ]),
      family("apus_purged_names", "counter", "Names that a CDN has purged.", [
        ...purgers.map(({ name, stats }) => [`_total{cdn="${name}"}`, stats.names]),
      ]),
      family("apus_purge_failures", "counter", "Purges that failed, and were tried again.", [
        ...purgers.map(({ name, stats }) => [`_total{cdn="${name}"}`, stats.failures]),
      ]),
      ...more,
    ];
    return `${families.join("")}# EOF\n`;
  }
}

/** A family of OpenMetrics. @param {string} name @param {string} type @param {string} help @param {(string | number)[][]} samples */
export function family(name, type, help, samples) {
  const lines = samples.map(([suffix, value]) => `${name}${suffix} ${value}\n`);
  return `# TYPE ${name} ${type}\n# HELP ${name} ${help}\n${lines.join("")}`;
}
