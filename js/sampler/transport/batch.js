/**
 * A batch: all that has changed since the collector last said yes, counted
 * from the start of the visit. So a later batch of a visit stands for the
 * earlier ones, losing one loses nothing, and a duplicate changes nothing.
 */

/**
 * @typedef {object} Batch
 * @property {1} apus the format's version
 * @property {string} id `visit.seq`, to tell duplicates
 * @property {string} visit random, new at each page load
 * @property {number} seq
 * @property {number} start ms since the epoch
 * @property {number} at ms since the epoch
 * @property {string} service
 * @property {string} [page] scrubbed URL
 * @property {string} [userAgent]
 * @property {unknown} [connection]
 * @property {BatchSeries[]} series
 * @property {unknown[]} vitals
 * @property {unknown[]} errors
 * @property {Record<string, number>} losses
 */

/**
 * @typedef {object} BatchSeries
 * @property {string} name
 * @property {import("../histograms.js").Tags} tags
 * @property {import("../histograms.js").Histogram} histogram scale 6, cumulative
 * @property {unknown[]} [exemplars]
 */

export class Batches {
  #histograms;
  #report;
  #transport;
  #visit;
  #start;
  #seq = 0;
  /** @type {Map<number, number>} count of each series that the collector has */
  #acknowledged = new Map();
  #vitalsSent = "";

  /**
   * @param {import("../histograms.js").Histograms} histograms
   * @param {() => import("../report.js").Report} report
   * @param {import("./options.js").Transport} transport
   * @param {{ visit: string, start: number }} identity
   */
  constructor(histograms, report, transport, { visit, start }) {
    this.#histograms = histograms;
    this.#report = report;
    this.#transport = transport;
    this.#visit = visit;
    this.#start = start;
  }

  /**
   * @param {number} now ms since the start
   * @returns {{ batch: Batch, acknowledge: (sent: Batch) => void } | undefined} nothing new: `undefined`
   */
  next(now) {
    const report = this.#report();
    const histograms = this.#histograms;
    const changed = histograms.list().flatMap((series) => {
      const count = histograms.count(series.id);
      return count === (this.#acknowledged.get(series.id) ?? 0) ? [] : [{ series, count }];
    });
    const vitals = report.vitals.map((vital) => this.#scrubbed(vital));
    const vitalsNow = JSON.stringify(vitals);
    if (changed.length === 0 && vitalsNow === this.#vitalsSent) return undefined;
    const { service, scrub, userAgent } = this.#transport;
    const exemplarsOf = new Map(
      report.series.map((row) => [`${row.name}\0${JSON.stringify(row.tags)}`, row.exemplars]),
    );
    const seq = ++this.#seq;
    /** @type {Map<unknown, { id: number, count: number }>} by histogram */
    const counted = new Map();
    /** @type {Batch} */
    const batch = {
      apus: 1,
      id: `${this.#visit}.${seq}`,
      visit: this.#visit,
      seq,
      start: this.#start,
      at: Math.round(this.#start + now),
      service,
      ...(globalThis.location && { page: scrub(location.href) }),
      ...(userAgent && { userAgent: navigator.userAgent }),
      ...(report.connection && { connection: report.connection }),
      series: changed.flatMap(({ series: { id, name, tags }, count }) => {
        const histogram = histograms.export(id);
        if (!histogram) return [];
        counted.set(histogram, { id, count });
        const exemplars = exemplarsOf.get(`${name}\0${JSON.stringify(tags)}`) ?? [];
        return [
          { name, tags, histogram, exemplars: exemplars.map((each) => this.#scrubbed(each)) },
        ];
      }),
      vitals,
      errors: report.errors.map(({ message, source, ...rest }) => ({
        ...rest,
        source:
          source && scrub(source.replace(/(:\d+)+$/, "")) + (/(:\d+)+$/.exec(source)?.[0] ?? ""),
        ...(this.#transport.errorMessages && { message }),
      })),
      losses: report.losses,
    };
    return {
      batch,
      acknowledge: (sent) => {
        for (const { histogram } of sent.series) {
          const known = counted.get(histogram);
          if (known) this.#acknowledged.set(known.id, known.count);
        }
        this.#vitalsSent = vitalsNow;
      },
    };
  }

  /**
   * Passes every URL in plain data through the scrubber.
   * @param {unknown} data
   * @returns {unknown}
   */
  #scrubbed(data) {
    if (typeof data === "string")
      return /^[a-z][a-z0-9+.-]*:/i.test(data) ? this.#transport.scrub(data) : data;
    if (Array.isArray(data)) return data.map((each) => this.#scrubbed(each));
    if (data === null || typeof data !== "object") return data;
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, this.#scrubbed(value)]),
    );
  }
}

/**
 * Lightens a batch until it fits: first exemplars and errors, then the series
 * counted least. What is left out stays unacknowledged and comes with a later batch.
 * @param {Batch} batch @param {number} bytes @param {(batch: Batch) => string} encode
 * @returns {{ body: string, sent: Batch }}
 */
export function fit(batch, bytes, encode) {
  let sent = batch;
  let body = encode(sent);
  if (size(body) <= bytes) return { body, sent };
  const series = batch.series
    .map(({ exemplars, ...each }) => each)
    .sort((a, b) => b.histogram.count - a.histogram.count);
  for (let kept = series.length; ; kept = Math.floor(kept / 2)) {
    sent = { ...batch, errors: [], series: series.slice(0, kept) };
    body = encode(sent);
    if (size(body) <= bytes || kept === 0) return { body, sent };
  }
}

/** @param {string} text @returns {number} bytes in UTF-8 */
export function size(text) {
  return new TextEncoder().encode(text).length;
}
