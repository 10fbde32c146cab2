import { bucketOf } from "../../sync/bucket.js";
import { positionText } from "../../sync/position.js";
import { TAGS } from "../engine.node.js";
import { NOTHING, StreamEvent, written } from "../streams.node.js";
import { dataOf } from "./state-values.node.js";

const PREFIX = "#state:";

/** @typedef {import("./hub.node.js").Source} Source */
/** @typedef {{ tags: string[], reading: boolean, again: boolean }} Watched */

/**
 * The streams `#state:<key>`: the newest value of a key each time that the gateway's feed tells of it.
 * The end of a value by its `ttl` is not told.
 * @implements {Source}
 */
export class StateWatch {
  #live;
  #values;
  /** By key. @type {Map<string, Watched>} */
  #watched = new Map();
  /** Ends listening to what wakes the feed. @type {(() => void) | undefined} */
  #stop;

  /** @param {import("./live.node.js").Live} live @param {import("../values.node.js").Values} values */
  constructor(live, values) {
    this.#live = live;
    this.#values = values;
    values.feed.listen((news) => this.#heard(news));
  }

  /** @param {string} name */
  async head(name) {
    const { epoch, offset } = this.#values.feed.heads[bucketOf(keyIn(name))] ?? NOTHING;
    return { epoch, offset };
  }

  /** @param {string} name */
  opened(name) {
    this.#watched.set(keyIn(name), { tags: [], reading: false, again: false });
    this.#stop ??= this.#live.engine.wakes((wake) => {
      if (!("log" in wake)) return;
      const wanted = [...this.#watched.keys()].some((key) => bucketOf(key) === wake.log);
      // The feed asks again by itself.
      if (wanted) this.#values.feed.catchUp(wake.log).catch(() => {});
    });
  }

  /** @param {string} name */
  closed(name) {
    this.#watched.delete(keyIn(name));
    if (this.#watched.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  /** @param {import("../feed.node.js").News} news */
  #heard({ log, events, lost }) {
    if (this.#watched.size === 0) return;
    if (log !== TAGS && !lost) {
      for (const { name } of events) {
        const watched = this.#watched.get(name);
        if (watched) void this.#read(name, watched);
      }
      return;
    }
    for (const [key, watched] of this.#watched) {
      const concerned = events.some(({ kind, name }) => {
        return kind === "prefix"
          ? key.startsWith(name)
          : kind === "tag" && watched.tags.includes(name);
      });
      if (concerned || (lost && (log === TAGS || log === bucketOf(key)))) {
        void this.#read(key, watched);
      }
    }
  }

  /** Changes while it is read are told as one. @param {string} key @param {Watched} watched */
  async #read(key, watched) {
    watched.again = true;
    if (watched.reading) return;
    watched.reading = true;
    for (let tries = 0; watched.again && this.#watched.get(key) === watched; tries++) {
      watched.again = false;
      try {
        const at = this.#values.feed.heads[bucketOf(key)] ?? NOTHING;
        const [{ stored }] = await this.#values.current([key]);
        watched.tags = stored?.tags ?? [];
        this.#tell(key, stored, stored?.version ?? at);
      } catch {
        watched.again = true;
        await new Promise((resolve) => setTimeout(resolve, Math.min(50 * 2 ** tries, 1000)));
      }
    }
    watched.reading = false;
  }

  /** @param {string} key @param {import("../engine.node.js").Stored | undefined} stored @param {import("../../sync/position.js").Position} at */
  #tell(key, stored, { epoch, offset }) {
    const value = stored && dataOf(stored);
    const version = stored ? positionText(stored.version) : null;
    const data = value instanceof Uint8Array ? value : { value, version };
    const { text, bytes } = written({ type: stored ? "set" : "delete", data });
    this.#live.hub.heard(`${PREFIX}${key}`, [new StreamEvent(text, bytes, epoch, offset)]);
  }
}

/** @param {string} name of a stream */
const keyIn = (name) => name.slice(PREFIX.length);
