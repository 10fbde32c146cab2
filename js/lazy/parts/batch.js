import { abortSignal, boolean, checkOptions, func, integerIn } from "../../core/check.js";
import { retrying } from "../load/options.js";
import { abortable } from "../net/abort.js";
import { RateLimiter } from "./rate-limiter.js";
import { reader } from "./reader.js";
import { retry as again } from "./retry.js";

/**
 * What became of one item.
 * @template [Result=unknown]
 * @typedef {object} BatchResult
 * @property {number} index of the item in `items`
 * @property {Result | undefined} value
 * @property {unknown} error why the item failed, else `undefined`
 */

/**
 * @typedef {object} BatchProgress
 * @property {number} done items that have been handed out in this run, failed ones included
 * @property {number} failed
 * @property {number} checkpoint every item before this index is done: pass it as `from` to resume
 * @property {number | undefined} total of an array, else `undefined`
 */

/**
 * @typedef {object} BatchOptions
 * @property {number} [size] items a batch, at most; 1,000
 * @property {number} [concurrency] batches in work or waiting to be handed out; 4
 * @property {AbortSignal} [signal]
 * @property {(progress: BatchProgress) => void} [onprogress] after each batch, when its last result was
 *   handed out and the next one is asked for
 * @property {RateLimiter | { limit: number, window: number } | { capacity: number, perSecond: number }} [rate]
 *   each call of `work` takes a slot
 * @property {Parameters<typeof again>[1]} [retry] how to repeat a failed call before it counts as failed
 * @property {boolean | ((error: unknown) => boolean)} [isolate] whether a batch that failed is halved until the
 *   bad items stand alone; true. Without it, all items of the batch fail
 * @property {number} [from] index of the item to begin at; 0
 */

/**
 * @template Item, Result
 * @typedef {(items: Item[], context: { signal: AbortSignal, index: number }) => ArrayLike<Result> | Promise<ArrayLike<Result>>} BatchWork
 *   one result an item, in order; `index` is that of the first item
 */

/** @typedef {{ index: number, count: number, values: unknown[], errors: Map<number, unknown> }} Done of one batch; errors by offset */

/** @type {import("../../core/check.js").Check} */
const isolation = (value, name) => (typeof value === "function" ? undefined : boolean(value, name));
/** @type {import("../../core/check.js").Check} */
const retries = (value, name) => checkOptions(name, value, { ...retrying, retryable: func });

const checks = {
  size: integerIn(1, 2 ** 32),
  concurrency: integerIn(1, 2 ** 16),
  signal: abortSignal,
  onprogress: func,
  rate: () => {}, // RateLimiter.create checks
  retry: retries,
  isolate: isolation,
  from: integerIn(0, Number.MAX_SAFE_INTEGER),
};

/**
 * Works through items in batches. At most `concurrency` batches are held, and none is read before the
 * caller asks for results.
 * @template Item, Result
 * @implements {AsyncIterableIterator<BatchResult<Result>>}
 */
export class Batches {
  #read;
  #work;
  #options;
  #stop = new AbortController();
  /** Batches in order, in work or done. @type {Promise<Done>[]} */
  #queue = [];
  /** The batch that is handed out. @type {Done} */
  #now;
  #at = 0;
  #reading = false;
  /** All items were read, or the items' iterator threw. */
  #ended = false;
  #over = false;
  /** @type {unknown[]} what the items' iterator threw */
  #broken = [];
  /** Wakes a caller who waits for a batch to begin. */
  #wake = () => {};
  /** @type {Promise<unknown> | undefined} calls that came before */
  #turn;
  /** @type {Promise<RateLimiter> | undefined} */
  #limiter;
  #done = 0;
  #failed = 0;

  /**
   * @param {Iterable<Item> | AsyncIterable<Item>} items @param {BatchWork<Item, Result>} work @param {BatchOptions} options
   * @throws {TypeError | RangeError}
   */
  constructor(items, work, options) {
    func(work, "batch: work");
    checkOptions("batch", options, checks);
    const { size = 1000, concurrency = 4, isolate = true, from = 0, ...others } = options;
    this.#options = { size, concurrency, isolate, ...others };
    this.#read = reader(items, size, from);
    this.#work = work;
    this.#now = { index: from, count: 0, values: [], errors: new Map() };
    const { signal } = options;
    if (!signal) return;
    const abort = () => this.#stop.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true, signal: this.#stop.signal });
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<BatchResult<Result>, undefined>>} */
  next() {
    const { index, count, values, errors } = this.#now;
    const at = this.#at;
    if (this.#turn || at >= count || this.#stop.signal.aborted) return this.#later();
    this.#at++;
    const error = errors.size ? errors.get(at) : undefined;
    const value = /** @type {Result | undefined} */ (values[at]);
    return Promise.resolve({ value: { index: index + at, value, error }, done: false });
  }

  /** The caller left: aborts what is in work. @returns {Promise<{ value: undefined, done: true }>} */
  async return() {
    this.#finish(new DOMException("the caller has left", "AbortError"));
    return { value: undefined, done: true };
  }

  /** @returns {Promise<any>} */
  #later() {
    const turn = (this.#turn ?? Promise.resolve())
      .then(() => this.#advance())
      .then((more) => {
        if (this.#turn === turn) this.#turn = undefined;
        if (!more) return { value: undefined, done: true };
        const { index, values, errors } = this.#now;
        const at = this.#at++;
        return {
          value: { index: index + at, value: values[at], error: errors.get(at) },
          done: false,
        };
      });
    this.#turn = turn;
    turn.catch(() => {});
    return turn;
  }

  /** Whether there is a result to hand out. */
  async #advance() {
    const { signal } = this.#stop;
    try {
      while (this.#at >= this.#now.count) {
        if (this.#over) return false;
        signal.throwIfAborted();
        this.#progress();
        if (this.#options.rate) await this.#limit(this.#options.rate); // a bad one is no item's fault
        this.#fill();
        while (!this.#queue.length && !this.#ended) {
          await abortable(new Promise((wake) => (this.#wake = () => wake(undefined))), signal);
        }
        const head = this.#queue[0];
        if (!head) {
          if (this.#broken.length) throw this.#broken[0];
          this.#finish();
          return false;
        }
        const done = await abortable(head, signal);
        this.#queue.shift();
        this.#now = done;
        this.#at = 0;
      }
      if (this.#over) return false;
      signal.throwIfAborted();
      return true;
    } catch (error) {
      this.#finish(error);
      throw error;
    }
  }

  /** Reads and begins batches while there is room. */
  async #fill() {
    if (this.#reading) return;
    this.#reading = true;
    const { concurrency } = this.#options;
    try {
      while (!this.#ended && !this.#stop.signal.aborted && this.#queue.length < concurrency) {
        const answer = this.#read.next();
        const { items, index, ended, broken } = answer instanceof Promise ? await answer : answer;
        this.#ended = ended;
        if (broken) this.#broken = broken;
        if (items.length) {
          const batch = this.#run(items, index);
          batch.catch(() => {}); // it is told when its turn comes
          this.#queue.push(batch);
        }
        this.#wake();
      }
    } finally {
      this.#reading = false;
    }
  }

  /** @param {Item[]} items @param {number} index @returns {Promise<Done>} */
  async #run(items, index) {
    /** @type {Done} */
    const done = { index, count: items.length, values: [], errors: new Map() };
    await this.#settle(items, index, done);
    return done;
  }

  /** Works through items, halving them for as long as that fails. @param {Item[]} items @param {number} index @param {Done} done */
  async #settle(items, index, done) {
    try {
      const values = await this.#call(items, index);
      if (items.length === done.count) done.values = /** @type {unknown[]} */ (values);
      else for (let i = 0; i < items.length; i++) done.values[index - done.index + i] = values[i];
    } catch (thrown) {
      this.#stop.signal.throwIfAborted();
      const error = thrown ?? new Error(`batch: work threw ${thrown}`);
      if (error instanceof WrongLength) throw error;
      const { isolate } = this.#options;
      const halve = typeof isolate === "function" ? isolate(error) : isolate;
      if (items.length > 1 && halve) {
        const half = items.length >> 1;
        await this.#settle(items.slice(0, half), index, done);
        await this.#settle(items.slice(half), index + half, done);
      } else {
        for (let i = 0; i < items.length; i++) done.errors.set(index - done.index + i, error);
      }
    }
  }

  /** @param {Item[]} items @param {number} index @returns {Promise<ArrayLike<Result>>} */
  async #call(items, index) {
    const { rate, retry } = this.#options;
    const { signal } = this.#stop;
    const attempt = async () => {
      if (rate) await (await this.#limit(rate)).wait({ signal });
      return this.#work(items, { signal, index });
    };
    const values = await (retry ? again(attempt, { ...retry, signal }) : attempt());
    if (values?.length === items.length && typeof values === "object") return values;
    throw new WrongLength(
      `batch: work must return ${items.length} results for ${items.length} items, got ${values?.length ?? values}`,
    );
  }

  /** @param {NonNullable<BatchOptions["rate"]>} rate */
  #limit(rate) {
    this.#limiter ??=
      rate instanceof RateLimiter ? Promise.resolve(rate) : RateLimiter.create(rate);
    return this.#limiter;
  }

  /** Reports the batch that was handed out. */
  #progress() {
    const { index, count, errors } = this.#now;
    if (!count) return;
    this.#done += count;
    this.#failed += errors.size;
    this.#now = { index: index + count, count: 0, values: [], errors: new Map() };
    this.#at = 0;
    this.#options.onprogress?.({
      done: this.#done,
      failed: this.#failed,
      checkpoint: index + count,
      total: this.#read.total,
    });
  }

  /** Nothing follows. @param {unknown} [reason] */
  #finish(reason) {
    if (this.#over) return;
    this.#over = true;
    this.#ended = true;
    this.#queue = [];
    this.#stop.abort(reason);
    this.#read.close();
    const { rate } = this.#options;
    if (!(rate instanceof RateLimiter))
      this.#limiter?.then(
        (limiter) => limiter.dispose(),
        () => {},
      );
  }
}

/** The caller's mistake, which no half would mend. */
class WrongLength extends TypeError {}
