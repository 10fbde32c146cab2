import { Answers } from "../sync/answers.js";
import { tagSlotOf } from "../sync/bucket.js";
import { TAGS } from "../sync/change-log.js";
import { LogFollower } from "../sync/log-follower.js";
import { rightPositions } from "../sync/options.js";
import { START } from "../sync/position.js";
import { Transport } from "../sync/transport.js";

/** @typedef {import("../sync/options.js").Positions} Positions */

/**
 * What is done to kept responses.
 * @typedef {object} Holder
 * @property {() => unknown} saved what `save` kept
 * @property {(positions: Positions) => void} save keeps it with the changes before
 * @property {(passes: (tag: string) => boolean, tags?: string[]) => void} drop those with a tag that
 *   passes; with `tags`, those that have one of them
 * @property {() => void} begin the log is followed from now on: drops all that was kept before
 */

const RECENT = 30_000; // ms for which what is known of the log is new enough
const PATIENCE = 2000; // ms for the gateway's answer
const PAUSE = 5000; // ms without questions after a failure

/**
 * Follows the tags of a gateway's change log for kept responses, across the lives of a worker. What
 * was invalidated while it slept is dropped before it is served. Without an answer of the gateway,
 * kept responses are served as they are.
 */
export class Log {
  #url;
  #holder;
  /** @type {Promise<LogFollower | undefined> | undefined} */ #opening;
  /** @type {LogFollower | undefined} */ #follower;
  /** @type {Promise<unknown> | undefined} */ #asking;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** @param {string} url absolute @param {Holder} holder */
  constructor(url, holder) {
    this.#url = url;
    this.#holder = holder;
  }

  /** Whether changes are heard from now on. */
  get follows() {
    return this.#follower !== undefined;
  }

  /** Waits until what the gateway knew is known, if it answers in time. Never rejects. */
  async current() {
    if (this.#isRecent() || Date.now() - this.#failedAt < PAUSE) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await Promise.race([this.#asking, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    if (!this.#isRecent()) this.#failedAt = Date.now();
  }

  /**
   * Whether a response is known to be older than an invalidation of its tags.
   * @param {string[]} tags @param {import("../sync/position.js").Position} tagsAsOf
   */
  stale(tags, tagsAsOf) {
    return this.#follower?.stale("", tags, START, tagsAsOf) ?? false;
  }

  #isRecent() {
    return Date.now() - (this.#follower?.knownAt ?? Number.NEGATIVE_INFINITY) < RECENT;
  }

  async #ask() {
    this.#opening ??= this.#open().catch(() => {
      this.#opening = undefined; // tried again
      return undefined;
    });
    await (await this.#opening)?.catchUp();
  }

  async #open() {
    const holder = this.#holder;
    const saved = /** @type {any} */ (holder.saved());
    const known = saved && rightPositions(saved) && Object.hasOwn(saved.logs, TAGS);
    const logs = known ? saved.logs : { [TAGS]: await this.#head() };
    const follower = await LogFollower.open({
      url: this.#url,
      positions: { protocol: 1, logs },
      onChange: (change) => {
        this.#changed(change);
        // After this turn, in which the positions move past the change.
        queueMicrotask(() => holder.save(follower.positions()));
      },
    });
    if (!known) {
      holder.begin();
      holder.save(follower.positions());
    }
    this.#follower = follower;
    return follower;
  }

  /** @returns {Promise<string | null>} the log's last cursor, up to a second old */
  async #head() {
    return (await new Answers(new Transport(this.#url)).heads()).heads[TAGS];
  }

  /** @param {import("../sync/change-log.js").Change} change */
  #changed({ events, lost, slots, prefixes }) {
    const inDoubt = new Set(slots);
    if (lost) this.#holder.drop((tag) => prefixes || inDoubt.has(tagSlotOf(tag)));
    const named = (/** @type {string} */ of) =>
      events.filter(({ kind }) => kind === of).map(({ name }) => name);
    const [tags, begins] = [named("tag"), named("prefix")];
    if (tags.length) this.#holder.drop(() => true, tags);
    if (begins.length) this.#holder.drop((tag) => begins.some((name) => tag.startsWith(name)));
  }
}
