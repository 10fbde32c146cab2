import { compare } from "../sync/position.js";

/** @typedef {import("../sync/position.js").Position} Position */

const CACHED = 100_000;

/**
 * When tags and prefixes were invalidated last, as far as this gateway needs it. Since its start it
 * hears of every invalidation, so for a value that is newer it decides without asking. For older
 * values it asks the engine once a tag and remembers the answer.
 */
export class Generations {
  #engine;
  /** Tags; undefined: never. The oldest answers go first. @type {Map<string, Position | undefined>} */
  #tags = new Map();
  /** All of them, by length. @type {Map<number, Map<string, Position>>} */
  #prefixes = new Map();
  /** Every invalidation after it is known. @type {Position | undefined} */
  #since;

  /** @param {import("./engine.node.js").Engine} engine */
  constructor(engine) {
    this.#engine = engine;
  }

  /**
   * Begins, or begins again after invalidations were missed.
   * @param {Position | undefined} head of the log of tags; undefined while it is empty
   */
  async reset(head) {
    const prefixes = await this.#engine.prefixes();
    this.#tags.clear();
    this.#prefixes.clear();
    this.#since = head;
    for (const [prefix, at] of prefixes) this.#invalidated(prefix, at);
  }

  /** @param {import("./engine.node.js").Event} event of the log of tags */
  heard({ kind, name, at }) {
    if (kind === "prefix") this.#invalidated(name, at);
    else if (kind === "tag") this.#remember(name, at);
  }

  /**
   * Whether an invalidation is newer than the value. Without I/O for values as of this gateway's
   * start or later: O(tags + lengths of prefixes).
   * @param {string} key @param {import("./engine.node.js").Value} value
   * @returns {boolean | Promise<boolean>}
   */
  dead(key, { tags, asOf }) {
    for (const [length, generations] of this.#prefixes) {
      if (length > key.length) continue;
      if (newer(generations.get(key.slice(0, length)), asOf)) return true;
    }
    let unknown = false;
    const old = this.#since && compare(asOf, this.#since) < 0;
    for (const tag of tags) {
      const generation = this.#tags.get(tag);
      if (newer(generation, asOf)) return true;
      unknown ||= Boolean(old && !this.#tags.has(tag));
    }
    return unknown && this.#ask(tags, asOf);
  }

  /** @param {string[]} tags @param {Position} asOf */
  async #ask(tags, asOf) {
    const { tags: generations, floor } = await this.#engine.generations(tags);
    for (const [i, tag] of tags.entries()) {
      // What was heard meanwhile is newer.
      if (!this.#tags.get(tag)) this.#remember(tag, generations[i]);
    }
    if (floor) this.#invalidated("", floor);
    return newer(floor, asOf) || tags.some((tag) => newer(this.#tags.get(tag), asOf));
  }

  /** @param {string} tag @param {Position | undefined} at */
  #remember(tag, at) {
    this.#tags.delete(tag);
    this.#tags.set(tag, at);
    if (this.#tags.size <= CACHED) return;
    const [[oldest, generation]] = this.#tags;
    this.#tags.delete(oldest);
    // Values as of before it have to ask.
    if (generation && newer(generation, this.#since)) this.#since = generation;
  }

  /** @param {string} prefix @param {Position} at */
  #invalidated(prefix, at) {
    let generations = this.#prefixes.get(prefix.length);
    if (!generations) {
      generations = new Map();
      this.#prefixes.set(prefix.length, generations);
    }
    if (newer(at, generations.get(prefix))) generations.set(prefix, at);
  }
}

/** @param {Position | undefined} generation @param {Position | undefined} than */
function newer(generation, than) {
  return generation !== undefined && (!than || compare(generation, than) > 0);
}
