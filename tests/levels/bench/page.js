import { bucketOf, slotOf, tagSlotOf } from "../../../js/sync/bucket.js";
import { TAGS } from "../../../js/sync/change-log.js";
import { LogFollower } from "../../../js/sync/log-follower.js";
import { compare, parseAsOf } from "../../../js/sync/position.js";

/** @typedef {import("../../../js/sync/position.js").Position} Position */
/** @typedef {{ body: string, version: string, tags: string[], asOf: Position, tagsAsOf: Position }} Entry */

const TRIES = 3;

/**
 * The smallest cache of a page on a gateway: values, dropped when the log names them. What is in
 * doubt because events were lost is compared, not dropped.
 */
export class Page {
  /** @type {Map<string, Entry>} */
  entries = new Map();
  /** @type {Set<string>} */
  #doubt = new Set();
  #url;
  follower = /** @type {LogFollower} */ (/** @type {unknown} */ (undefined));

  /** @param {string} url the gateway's base */
  static async open(url) {
    const page = new Page(url);
    page.follower = await LogFollower.open({
      ...{ url, fastest: 20, slowest: 200, timeout: 3000 },
      onChange: (change) => page.#changed(change),
    });
    return page;
  }

  /** Use `open`. @private @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  /** @param {string} key @returns {Promise<Entry | undefined>} undefined: there is none, or nobody answers */
  async read(key) {
    const held = this.entries.get(key);
    if (held && !this.#doubt.has(key)) return held;
    for (let i = 0; i < TRIES; i++) {
      const entry = await this.#ask(key, i > 0).catch(() => undefined);
      if (!entry) return undefined;
      const { tags, asOf, tagsAsOf } = entry;
      if (this.follower.stale(key, tags, asOf, tagsAsOf)) continue;
      this.follower.hold(bucketOf(key), asOf, tagsAsOf);
      this.entries.set(key, entry);
      this.#doubt.delete(key);
      return entry;
    }
    return undefined;
  }

  /** @returns {Promise<boolean>} whether it knows everything that happened before the call */
  async settle() {
    return (await this.follower.catchUp()) && (await this.#compare().catch(() => false));
  }

  close() {
    this.follower.close();
  }

  /** @param {string} key @param {boolean} newest @returns {Promise<Entry | undefined>} */
  async #ask(key, newest) {
    const headers = newest ? { "cache-control": "no-cache" } : undefined;
    const response = await fetch(`${this.#url}k/${key}`, { headers });
    const body = await response.text();
    const place = parseAsOf(response.headers.get("apus-as-of"));
    if (!response.ok || !place) return undefined;
    const version = /"(.*)"/.exec(response.headers.get("etag") ?? "")?.[1] ?? "";
    const tags = response.headers.get("apus-tags")?.split(",").filter(Boolean) ?? [];
    return { body, version, tags, asOf: place[0], tagsAsOf: place[1] };
  }

  /** Asks for what is in doubt; what is the same stays. */
  async #compare() {
    const get = [...this.#doubt];
    if (get.length === 0) return true;
    const have = Object.fromEntries(get.map((key) => [key, this.entries.get(key)?.version]));
    const response = await fetch(`${this.#url}batch`, {
      ...{ method: "POST", headers: { "cache-control": "no-cache" } },
      body: JSON.stringify({ get, have }),
    });
    const { values } = await response.json();
    for (const key of get) {
      const entry = this.entries.get(key);
      const { unchanged, asOf, error } = values[key];
      if (error) return false;
      this.#doubt.delete(key);
      const place = parseAsOf(asOf);
      if (!unchanged || !entry || !place) this.entries.delete(key);
      else [entry.asOf, entry.tagsAsOf] = place;
    }
    return true;
  }

  /** @param {import("../../../js/sync/change-log.js").Change} change */
  #changed({ log, events, lost, slots, prefixes }) {
    for (const { kind, name, at } of events) {
      if (log !== TAGS) {
        const entry = this.entries.get(name);
        if (entry && compare(entry.asOf, at) < 0) this.entries.delete(name);
        continue;
      }
      for (const [key, { tags, tagsAsOf }] of this.entries) {
        const named = kind === "tag" ? tags.includes(name) : key.startsWith(name);
        if (named && compare(tagsAsOf, at) < 0) this.entries.delete(key);
      }
    }
    if (!lost) return;
    for (const [key, { tags }] of this.entries) {
      const named = log === TAGS ? tags.map(tagSlotOf) : [bucketOf(key) === log ? slotOf(key) : -1];
      if (prefixes || named.some((slot) => slots.includes(slot))) this.#doubt.add(key);
    }
  }
}
