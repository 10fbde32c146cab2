/**
 * A batch holds everything that changed since the last acknowledged one: series counted from the
 * start of the visit, and vitals of page views by their ids. A later batch of a visit replaces the earlier ones: a lost batch loses nothing, and a
 * duplicate changes nothing.
 */

import { histogramOf } from "./histogram.js";
import { scrubbed } from "./scrub.js";

/** @typedef {import("../series.js").Tags} Tags */
/** @typedef {import("./histogram.js").Histogram} Histogram */
/** @typedef {import("./histogram.js").Buckets} Buckets */
/** @typedef {{ key: string, name: string, tags: Tags, unit: string }} Label of a series; scrubbed */
/** @typedef {{ id: number, count: number, series: import("../series.js").Series }} Member a series of a group */

/**
 * @typedef {object} Batch
 * @property {1} apus the format's version
 * @property {string} id `visit.seq`, to recognise duplicates
 * @property {string} visit random, new at each page load
 * @property {number} seq
 * @property {number} start ms since the epoch
 * @property {number} at ms since the epoch
 * @property {string} service
 * @property {string} [page] URL; scrubbed, like every string from the page
 * @property {string} [userAgent]
 * @property {import("../sources/connection.js").Connection} [connection]
 * @property {BatchSeries[]} series
 * @property {(Omit<VitalReport, "page"> & { page?: string })[]} vitals `page` unless it is dropped
 * @property {BatchError[]} errors
 * @property {import("../report.js").Losses} losses
 */

/**
 * @typedef {object} BatchSeries
 * @property {string} name
 * @property {Tags} tags
 * @property {string} [unit]
 * @property {Histogram} histogram cumulative
 * @property {import("../details/exemplars.js").Exemplar[]} [exemplars]
 */

/**
 * `source` only if something is left of it, `message` with the option `errorMessages`.
 * @typedef {Omit<PageError, "source" | "message"> & { source?: string, message?: string }} BatchError
 */
/** @typedef {import("../details/errors.js").PageError} PageError */
/** @typedef {import("../report.js").VitalReport} VitalReport */

export class Batches {
  #histograms;
  #report;
  #transport;
  #visit;
  #start;
  #seq = 0;
  /** @type {Map<number, number>} the count of each series that the collector knows */
  #acknowledged = new Map();
  /** Vitals that the collector knows; one that changes is a new object. @type {WeakSet<VitalReport>} */
  #vitalsKnown = new WeakSet();
  /** @type {Map<number, Label | undefined>} by series; scrubbed */
  #sentAs = new Map();

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
   * @returns {{ batch: Batch, acknowledge: (sent: Batch) => void } | undefined} `undefined` if nothing is new
   */
  next(now) {
    const report = this.#report();
    const histograms = this.#histograms;
    const changed = this.#groups().filter(({ members }) =>
      members.some(({ id, count }) => count !== (this.#acknowledged.get(id) ?? 0)),
    );
    const vitals = report.vitals.filter((vital) => !this.#vitalsKnown.has(vital));
    if (changed.length === 0 && vitals.length === 0) return undefined;
    const { service, scrub, userAgent } = this.#transport;
    const exemplarsOf = new Map(report.series.map((row) => [labelOf(row), row.exemplars]));
    const seq = ++this.#seq;
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
      ...(userAgent && { userAgent: scrub(navigator.userAgent) }),
      ...(report.connection && { connection: report.connection }),
      series: changed.map(({ name, tags, unit, members }) => {
        const histogram = together(members.flatMap(({ id }) => histogramOf(histograms, id) ?? []));
        const exemplars = members.flatMap(({ series }) => exemplarsOf.get(labelOf(series)) ?? []);
        return {
          name,
          tags,
          unit,
          histogram,
          exemplars: exemplars.map((each) => this.#scrubbed(each)),
        };
      }),
      vitals: vitals.map(({ page, route, ...vital }) => {
        const [scrubbedPage, scrubbedRoute] = [scrub(page), route && scrub(route)];
        return {
          ...this.#scrubbed(vital),
          ...(scrubbedPage !== undefined && { page: scrubbedPage }),
          ...(scrubbedRoute !== undefined && { route: scrubbedRoute }),
        };
      }),
      errors: report.errors.flatMap(({ name, message, source, ...rest }) => {
        const scrubbedName = scrub(name);
        if (scrubbedName === undefined) return [];
        const [position = ""] = /(:\d+)*$/.exec(source) ?? [];
        const file = source && scrub(source.slice(0, source.length - position.length));
        return [
          {
            ...rest,
            name: scrubbedName,
            ...(file !== undefined && { source: file + position }),
            ...(this.#transport.errorMessages && { message: scrub(message) }),
          },
        ];
      }),
      losses: report.losses,
    };
    return {
      batch,
      acknowledge: (sent) => {
        const labels = new Set(sent.series.map(labelOf));
        for (const { key, members } of changed) {
          if (labels.has(key))
            for (const { id, count } of members) this.#acknowledged.set(id, count);
        }
        const ids = new Set(sent.vitals.map(({ id }) => id));
        for (const vital of vitals) if (ids.has(vital.id)) this.#vitalsKnown.add(vital);
      },
    };
  }

  /**
   * The series by the name and tags they are sent with: series that differ only in scrubbed parts
   * become one. A series whose name is dropped is left out.
   */
  #groups() {
    /** @type {Map<string, Label & { members: Member[] }>} */
    const groups = new Map();
    for (const series of this.#histograms.list()) {
      const { id } = series;
      if (!this.#sentAs.has(id)) this.#sentAs.set(id, this.#label(series));
      const count = this.#histograms.count(id);
      const sentAs = this.#sentAs.get(id);
      if (!sentAs || count === 0) continue;
      const group = groups.get(sentAs.key) ?? { ...sentAs, members: [] };
      groups.set(sentAs.key, group);
      group.members.push({ id, count, series });
    }
    return [...groups.values()];
  }

  /** @param {import("../series.js").Series} series @returns {Label | undefined} `undefined` when it is dropped */
  #label(series) {
    const { scrub } = this.#transport;
    const name = scrub(series.name);
    if (name === undefined) return undefined;
    /** @type {Tags} */
    const tags = {};
    for (const [tag, value] of Object.entries(series.tags)) {
      const sent = scrub(tag);
      // A value that JSON cannot hold would stop the whole batch.
      const plain = typeof value === "boolean" || Number.isFinite(value);
      const sentValue = plain ? value : scrub(String(value));
      if (sent !== undefined && sentValue !== undefined) tags[sent] = sentValue;
    }
    const unit = scrub(series.unit) ?? "";
    return { key: labelOf({ name, tags }), name, tags, unit };
  }

  /**
   * Scrubs the attribution of a vital or an exemplar; the other fields do not come from the page.
   * @template {{ attribution: unknown }} T
   * @param {T} item
   * @returns {T}
   */
  #scrubbed(item) {
    return { ...item, attribution: scrubbed(item.attribution, this.#transport.scrub) };
  }
}

/** @param {{ name: string, tags: Tags }} series */
export function labelOf({ name, tags }) {
  return JSON.stringify([name, Object.entries(tags).sort()]);
}

/** @param {Histogram[]} all at least one @returns {Histogram} the sum */
function together(all) {
  if (all.length === 1) return all[0];
  const total = (/** @type {"count" | "sum" | "zeros"} */ field) =>
    all.reduce((sum, each) => sum + each[field], 0);
  return {
    count: total("count"),
    sum: total("sum"),
    min: Math.min(...all.map(({ min }) => min)),
    max: Math.max(...all.map(({ max }) => max)),
    scale: all[0].scale, // of one moment, so all have the same
    zeros: total("zeros"),
    positive: added(all.map(({ positive }) => positive)),
    negative: added(all.map(({ negative }) => negative)),
  };
}

/** @param {Buckets[]} all @returns {Buckets} */
function added(all) {
  const used = all.filter(({ counts }) => counts.length > 0);
  if (used.length === 0) return { offset: 0, counts: [] };
  const first = Math.min(...used.map(({ offset }) => offset));
  const end = Math.max(...used.map(({ offset, counts }) => offset + counts.length));
  const sums = Array.from({ length: end - first }, () => 0);
  for (const { offset, counts } of used) {
    for (const [at, count] of counts.entries()) sums[offset - first + at] += count;
  }
  return { offset: first, counts: sums };
}

/**
 * Removes parts of a batch until it fits: first exemplars and errors, then the series with the
 * lowest counts, at last the vitals of the earliest page views. Series and vitals left out stay
 * unacknowledged and come with a later batch.
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
  let { vitals } = batch;
  for (let kept = series.length; ; kept = Math.floor(kept / 2)) {
    sent = { ...batch, errors: [], series: series.slice(0, kept), vitals };
    body = encode(sent);
    if (size(body) <= bytes || (kept === 0 && vitals.length === 0)) return { body, sent };
    if (kept === 0) vitals = vitals.slice(Math.ceil(vitals.length / 2));
  }
}

/** @param {string} text @returns {number} bytes in UTF-8 */
export function size(text) {
  return new TextEncoder().encode(text).length;
}
