/**
 * A batch: all that has changed since the collector last said yes, counted
 * from the start of the visit. So a later batch of a visit stands for the
 * earlier ones, losing one loses nothing, and a duplicate changes nothing.
 */

import { scrubbed } from "./scrub.js";

/** @typedef {import("../histograms.js").Tags} Tags */
/** @typedef {import("../histograms.js").Histogram} Histogram */
/** @typedef {import("../histograms.js").Buckets} Buckets */
/** @typedef {{ id: number, count: number, series: import("../histograms.js").Series }} Member a series of a group */

/**
 * @typedef {object} Batch
 * @property {1} apus the format's version
 * @property {string} id `visit.seq`, to tell duplicates
 * @property {string} visit random, new at each page load
 * @property {number} seq
 * @property {number} start ms since the epoch
 * @property {number} at ms since the epoch
 * @property {string} service
 * @property {string} [page] URL; like every string from the page, scrubbed
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
  /** @type {Map<number, { key: string, name: string, tags: Tags } | undefined>} by series; scrubbed */
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
   * @returns {{ batch: Batch, acknowledge: (sent: Batch) => void } | undefined} nothing new: `undefined`
   */
  next(now) {
    const report = this.#report();
    const histograms = this.#histograms;
    const changed = this.#groups().filter(({ members }) =>
      members.some(({ id, count }) => count !== (this.#acknowledged.get(id) ?? 0)),
    );
    const vitals = report.vitals.map((vital) => this.#scrubbed(vital));
    const vitalsNow = JSON.stringify(vitals);
    if (changed.length === 0 && vitalsNow === this.#vitalsSent) return undefined;
    const { service, scrub, userAgent } = this.#transport;
    const exemplarsOf = new Map(report.series.map((row) => [labelOf(row), row.exemplars]));
    const seq = ++this.#seq;
    /** @type {Map<unknown, Member[]>} by histogram */
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
      ...(userAgent && { userAgent: scrub(navigator.userAgent) }),
      ...(report.connection && { connection: report.connection }),
      series: changed.map(({ name, tags, members }) => {
        const histogram = together(members.flatMap(({ id }) => histograms.export(id) ?? []));
        counted.set(histogram, members);
        const exemplars = members.flatMap(({ series }) => exemplarsOf.get(labelOf(series)) ?? []);
        return {
          name,
          tags,
          histogram,
          exemplars: exemplars.map((each) => this.#scrubbed(each)),
        };
      }),
      vitals,
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
        for (const { histogram } of sent.series) {
          for (const { id, count } of counted.get(histogram) ?? [])
            this.#acknowledged.set(id, count);
        }
        this.#vitalsSent = vitalsNow;
      },
    };
  }

  /**
   * What has been counted, by what it is sent as: series that differ only in
   * what is scrubbed are one. A series whose name is not sent is left out.
   */
  #groups() {
    /** @type {Map<string, { name: string, tags: Tags, members: Member[] }>} */
    const groups = new Map();
    for (const series of this.#histograms.list()) {
      const { id } = series;
      if (!this.#sentAs.has(id)) this.#sentAs.set(id, this.#label(series));
      const count = this.#histograms.count(id);
      const sentAs = this.#sentAs.get(id);
      if (!sentAs || count === 0) continue;
      const { key, name, tags } = sentAs;
      const group = groups.get(key) ?? { name, tags, members: [] };
      groups.set(key, group);
      group.members.push({ id, count, series });
    }
    return [...groups.values()];
  }

  /** @param {{ name: string, tags: Tags }} series */
  #label(series) {
    const { scrub } = this.#transport;
    const name = scrub(series.name);
    if (name === undefined) return undefined;
    /** @type {Tags} */
    const tags = {};
    for (const [tag, value] of Object.entries(series.tags)) {
      const sent = scrub(tag);
      // What JSON does not have would stop the whole batch.
      const plain = typeof value === "boolean" || Number.isFinite(value);
      const told = plain ? value : scrub(String(value));
      if (sent !== undefined && told !== undefined) tags[sent] = told;
    }
    return { key: labelOf({ name, tags }), name, tags };
  }

  /**
   * A vital or an exemplar: its own words are the sampler's, its attribution is the page's.
   * @param {{ attribution: unknown }} told
   */
  #scrubbed({ attribution, ...rest }) {
    return { ...rest, attribution: scrubbed(attribution, this.#transport.scrub) };
  }
}

/** @param {{ name: string, tags: Tags }} series */
function labelOf({ name, tags }) {
  return `${name}\0${Object.entries(tags).join("\0")}`;
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
