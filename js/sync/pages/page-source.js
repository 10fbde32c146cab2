import { Chunks } from "./chunks.js";
import { edits } from "./edits.js";
import { land } from "./landing.js";
import { checked } from "./options.js";
import { Renewals } from "./renewals.js";
import { everything, follow, Requests } from "./requests.js";

/** @typedef {import("./chunks.js").Answer} Answer */
/** @typedef {import("./chunks.js").Chunk} Chunk */

/** Pages that are held; beyond, a quarter of them goes: those farthest away. */
const HELD = 128;
/** Requests for one call of getRange. More than this, and the table changes faster than it is read. */
const TRIES = 40;
/** Pages around a jump under way that wait for it instead of jumping too. */
const NEAR = 8;

/**
 * A table behind keyset cursors, as the `source` of a list. It fires `splice` with `detail: { at,
 * removed, inserted }` for rows that changed, moved or were elsewhere than estimated; nothing removed
 * and nothing inserted means that the rows from `at` on are to be asked for again. It fires `error`
 * with `detail: { error }` for each request that failed; `getRange` rejects with it too.
 * @template [Row=unknown]
 */
export class PageSource extends EventTarget {
  #options;
  #chunks;
  #requests;
  #renewals;
  /** The last range that was asked for, and when. */
  #last = { start: 0, time: 0 };
  #ahead = new AbortController();
  #stop = new AbortController();
  /** The first row to be asked for again; Infinity: none. */
  #again = Number.POSITIVE_INFINITY;

  /** Use `pages`. @param {import("./options.js").PagesOptions<Row>} options @throws {TypeError | RangeError} */
  constructor(options) {
    super();
    this.#options = checked(options);
    const { size, key, tags, cache, signal } = this.#options;
    /** Rows that a list asks for at once. @readonly */
    this.pageSize = size;
    this.#chunks = new Chunks(size, key, tags);
    this.#requests = new Requests(this.#options, (changed, tags) => this.#level(changed, tags));
    this.#renewals = new Renewals({
      ...{ chunks: this.#chunks, requests: this.#requests, size, keyOf: key },
      signal: this.#stop.signal,
      change: (change) => this.#change(change),
      failed: (error) => this.#failed(error, this.#stop.signal),
      ask: (chunk) => this.#ask(this.#chunks.startOf(this.#chunks.all.indexOf(chunk))),
      moved: () => this.#moved(),
    });
    signal?.addEventListener("abort", () => this.dispose(), { signal: this.#stop.signal });
    if (signal?.aborted) this.dispose();
    const gone = (/** @type {ReadonlySet<string>} */ keys) =>
      this.#outdate(({ names }) => [...keys].some((key) => names.has(key)));
    if (cache) follow(cache, (tags) => this.refresh(tags), gone, this.#stop.signal);
  }

  /** Rows: an estimate until all of them are known. */
  get length() {
    return this.#chunks.length;
  }

  /**
   * The rows [start, end), at once if they are known. If they are known to have changed, they are
   * fetched again meanwhile, and splices follow.
   * @param {number} start @param {number} end @param {AbortSignal} [signal] ends the requests that nobody else waits for
   * @returns {Row[] | Promise<Row[]>} fewer only at the end of the table; rejects as the request does, or
   *   with the signal's reason
   */
  getRange = (start, end, signal = this.#stop.signal) => {
    const old = this.#ahead;
    this.#ahead = new AbortController();
    const pages = this.#pagesAhead(start);
    const rows = this.#known(start, end);
    if (rows) {
      this.#prefetch(start, end, pages);
      queueMicrotask(() => old.abort());
      return rows;
    }
    const fetched = this.#fill(start, end, signal).then(() => {
      this.#prefetch(start, end, pages);
      return this.#slice(start, end);
    });
    old.abort(); // it may have begun what is needed now
    return fetched;
  };

  /**
   * Rows with any of the tags changed: their pages are fetched again, when the list asks for them.
   * @param {Iterable<string>} [tags] with `<name>:rows`, rows came, went or moved; default: anything may have changed
   */
  refresh(tags) {
    if (tags === undefined) {
      this.#requests.changed([everything]);
      this.#moved();
      return;
    }
    const changed = new Set(tags);
    this.#requests.changed(changed);
    const { rowsTag } = this.#options;
    if (rowsTag && changed.has(rowsTag)) this.#counts();
    this.#outdate((chunk) => this.#level(changed, chunk.tags));
  }

  /** Cancels all requests, and follows no changes any more. */
  dispose() {
    this.#stop.abort(new DOMException("the source is disposed", "AbortError"));
    this.#ahead.abort();
    this.#requests.abort(this.#stop.signal.reason);
  }

  /** The rows, if they are known. @param {number} start @param {number} end @returns {Row[] | undefined} */
  #known(start, end) {
    if (this.#chunks.missing(start, end)) return undefined;
    const within = this.#chunks.within(start, end);
    if (within.some(({ chunk }) => chunk.failed)) return undefined;
    for (const { chunk } of within) if (chunk.stale) this.#renewals.add(chunk);
    return this.#slice(start, end);
  }

  /** @param {number} start @param {number} end @returns {Row[]} */
  #slice(start, end) {
    return this.#chunks
      .within(start, end)
      .flatMap(({ chunk: { rows }, first }) => rows.slice(Math.max(0, start - first), end - first));
  }

  /** @param {number} start @param {number} end @param {AbortSignal} signal */
  async #fill(start, end, signal) {
    let jumps = true;
    for (let tries = 0; tries < TRIES; tries++) {
      signal.throwIfAborted();
      this.#stop.signal.throwIfAborted();
      const place = this.#chunks.missing(start, end);
      if (place) {
        const flight = this.#fetch(place, end, jumps);
        jumps &&= flight.request.at === undefined; // it lands once
        await this.#requests.wait(flight, signal).catch((error) => this.#failed(error, signal));
        continue;
      }
      const failed = this.#chunks.within(start, end).find(({ chunk }) => chunk.failed);
      if (!failed) return void this.#known(start, end);
      await this.#renewals.add(failed.chunk);
    }
    throw new Error(`pages: rows ${start} to ${end} change faster than they are read`);
  }

  /**
   * Joins or starts the request that brings missing rows nearer.
   * @param {NonNullable<ReturnType<Chunks["missing"]>>} place @param {number} end of the rows that are needed
   * @param {boolean} jumps
   */
  #fetch({ row, index, from, to }, end, jumps) {
    const { size } = this.#options;
    const { [index - 1]: p, [index]: n } = this.#chunks.all;
    const near = from + 2 * size > row || !jumps;
    if (near && !p) return this.#start({ size });
    if (near && p?.next) return this.#start({ size, after: p.next });
    if (n?.after && to - row <= (end < to ? 2 : NEAR) * size)
      return this.#start({ size, before: n.after });
    const under = this.#requests.find(
      ({ at }) => at !== undefined && Math.abs(at - row) < NEAR * size,
    );
    return under ?? this.#start({ size: size + 1, at: row - 1 });
  }

  /** @param {import("./chunks.js").PageRequest} request */
  #start(request) {
    return this.#requests.start(request, (answer, page) => {
      this.#change((chunks) => {
        land(chunks, request, answer, page);
        if (answer.total !== undefined) chunks.resize(answer.total);
        this.#drop();
      });
    });
  }

  /** Cursors that the server does not take are forgotten: ordinals go on. @param {any} error @param {AbortSignal} signal */
  #failed(error, signal) {
    if (signal.aborted || this.#stop.signal.aborted) throw error;
    if (error?.code === "BAD_CURSOR" && this.#chunks.all.length) {
      this.#requests.distrust = true;
      this.#change((chunks) => {
        for (const chunk of [...chunks.all]) chunks.forget(chunk);
      });
      return;
    }
    this.dispatchEvent(new CustomEvent("error", { detail: { error } }));
    throw error;
  }

  /** How many pages to fetch ahead, negative: backwards; by the rows a second that go by. @param {number} start */
  #pagesAhead(start) {
    const { size, ahead } = this.#options;
    const time = performance.now();
    const rows = start - this.#last.start;
    const speed = Math.abs(rows) / Math.max(1, time - this.#last.time); // rows a ms
    this.#last = { start, time };
    if (Math.abs(rows) > 4 * size) return Math.min(1, ahead); // a jump
    const pages = Math.ceil((speed * 2 * this.#requests.latency) / size);
    return Math.sign(rows || 1) * Math.min(Math.max(1, pages), ahead);
  }

  /** @param {number} start @param {number} end @param {number} pages */
  #prefetch(start, end, pages) {
    if (!pages || start !== this.#last.start || this.#stop.signal.aborted) return;
    const rows = pages * this.#options.size;
    const from = Math.max(0, pages < 0 ? start + rows : end);
    const to = Math.min(pages < 0 ? start : end + rows, this.length);
    if (from < to) this.#fill(from, to, this.#ahead.signal).catch(() => {}); // the list will ask itself
  }

  /** How much a page has changed: 2 if rows came, went or moved. @param {ReadonlySet<string>} changed @param {ReadonlySet<string>} tags @returns {0 | 1 | 2} */
  #level(changed, tags) {
    const { rowsTag } = this.#options;
    if (changed.has(everything) || (rowsTag && changed.has(rowsTag))) return 2;
    for (const tag of changed) if (tags.has(tag)) return 1;
    return 0;
  }

  /** Which rows there are has changed. */
  #counts() {
    this.#chunks.recount();
    this.#requests.count = this.#options.total;
  }

  /** Rows may be anywhere. */
  #moved() {
    this.#counts();
    this.#outdate(() => 2);
  }

  /** @param {(page: Pick<Chunk, "tags" | "names">) => boolean | 0 | 1 | 2} how */
  #outdate(how) {
    const level = (/** @type {Pick<Chunk, "tags" | "names">} */ page) =>
      /** @type {0 | 1 | 2} */ (Number(how(page)));
    const first = this.#chunks.outdate(level);
    if (first >= 0) this.#ask(first);
  }

  /** The list asks again, once for all that happens in this turn. @param {number} at */
  #ask(at) {
    if (this.#again === Number.POSITIVE_INFINITY) {
      queueMicrotask(() => {
        const first = Math.min(this.#again, this.length);
        const [chunk] = this.length ? [] : this.#chunks.all;
        if (chunk?.stale) this.#renewals.add(chunk); // no row to ask for
        this.#again = Number.POSITIVE_INFINITY;
        this.#spliced(first, 0, 0);
      });
    }
    this.#again = Math.min(this.#again, at);
  }

  /** @template Result @param {(chunks: Chunks) => Result} change reported as splices @returns {Result} */
  #change(change) {
    const chunks = this.#chunks;
    const before = chunks.segments;
    const stale = new Set(chunks.all.filter((chunk) => chunk.stale).map(({ rows }) => rows));
    const result = change(chunks);
    const found = edits(before, chunks.segments, this.#options.key);
    for (const [index, chunk] of chunks.all.entries()) {
      if (chunk.stale && !stale.has(chunk.rows)) this.#ask(chunks.startOf(index));
    }
    for (const edit of found) this.#spliced(...edit);
    return result;
  }

  /** Holds no more pages than HELD. */
  #drop() {
    const chunks = this.#chunks;
    if (chunks.all.length <= HELD) return;
    const far = chunks.all
      .map((chunk, index) => ({ chunk, far: Math.abs(chunks.startOf(index) - this.#last.start) }))
      .sort((a, b) => b.far - a.far);
    for (const { chunk } of far.slice(0, HELD / 4)) chunks.forget(chunk);
  }

  /** @param {number} at @param {number} removed @param {number} inserted */
  #spliced(at, removed, inserted) {
    if (this.#stop.signal.aborted) return;
    this.dispatchEvent(new CustomEvent("splice", { detail: { at, removed, inserted } }));
  }
}
