// Eviction policies as their papers describe them, over Map and Set, written
// independently of the core as its reference. Each is a
// function access(key: number) -> hit.

/** @param {number} size */
export function lru(size) {
  const cache = new Map();
  return (key) => {
    const hit = cache.delete(key);
    cache.set(key, true);
    if (cache.size > size) cache.delete(cache.keys().next().value);
    return hit;
  };
}

/** @param {number} size */
export function fifo(size) {
  const cache = new Set();
  return (key) => {
    if (cache.has(key)) return true;
    cache.add(key);
    if (cache.size > size) cache.delete(cache.keys().next().value);
    return false;
  };
}

/** A queue with O(1) removal anywhere: a doubly linked list. */
class Queue {
  size = 0;
  constructor() {
    this.ends = /** @type {any} */ ({});
    this.ends.newer = this.ends.older = this.ends;
  }
  get oldest() {
    return this.ends.newer === this.ends ? undefined : this.ends.newer;
  }
  add(node) {
    node.older = this.ends.older;
    node.newer = this.ends;
    node.older.newer = node;
    this.ends.older = node;
    node.queue = this;
    this.size++;
    return node;
  }
  take(node) {
    node.older.newer = node.newer;
    node.newer.older = node.older;
    this.size--;
    return node;
  }
}

/** @param {number} size */
export function sieve(size) {
  const cache = new Map();
  const queue = new Queue();
  let hand;
  return (key) => {
    const found = cache.get(key);
    if (found) {
      found.visited = true;
      return true;
    }
    if (cache.size === size) {
      let node = hand ?? queue.oldest;
      while (node.visited) {
        node.visited = false;
        node = node.newer === queue.ends ? queue.oldest : node.newer;
      }
      hand = node.newer === queue.ends ? undefined : node.newer;
      queue.take(node);
      cache.delete(node.key);
    }
    cache.set(key, queue.add({ key, visited: false }));
    return false;
  };
}

/** Algorithm 1 of the paper: small queue 10%, promotion after more than one hit. @param {number} size */
export function s3Fifo(size) {
  const cache = new Map();
  const small = new Queue();
  const main = new Queue();
  /** @type {Set<number>} */
  const ghosts = new Set();
  const smallSize = Math.max(1, Math.floor(size / 10));
  const evictMain = () => {
    for (;;) {
      const node = main.oldest;
      main.take(node);
      if (node.frequency > 0) {
        node.frequency--;
        main.add(node);
      } else {
        cache.delete(node.key);
        return;
      }
    }
  };
  const evictSmall = () => {
    while (small.size > 0) {
      const node = small.take(small.oldest);
      if (node.frequency > 1) {
        node.frequency = 0;
        main.add(node);
        if (small.size < smallSize) return;
      } else {
        cache.delete(node.key);
        ghosts.add(node.key);
        if (ghosts.size > size) ghosts.delete(ghosts.values().next().value);
        return;
      }
    }
  };
  return (key) => {
    const found = cache.get(key);
    if (found) {
      found.frequency = Math.min(3, found.frequency + 1);
      return true;
    }
    while (cache.size >= size) {
      if (small.size >= smallSize || main.size === 0) evictSmall();
      else evictMain();
    }
    cache.set(key, (ghosts.delete(key) ? main : small).add({ key, frequency: 0 }));
    return false;
  };
}

/**
 * W-TinyLFU with exact counts in place of the sketch, halved every ten cache
 * sizes, and Caffeine's climbing window.
 * @param {number} size
 */
export function wTinyLfu(size) {
  const cache = new Map();
  const [window, probation, kept] = [new Queue(), new Queue(), new Queue()];
  /** @type {Map<number, number>} */
  const counts = new Map();
  let counted = 0;
  let share = 0.01;
  let step = 0.0625;
  let [hits, requests, ratio] = [0, 0, 0];
  const count = (key, hit) => {
    const now = counts.get(key) ?? 0;
    if (now < 15) {
      counts.set(key, now + 1);
      counted++;
    }
    if (counted >= 10 * size) {
      for (const [key, value] of counts) {
        if (value > 1) counts.set(key, value >> 1);
        else counts.delete(key);
      }
      counted >>= 1;
    }
    hits += hit;
    if (++requests < 10 * size) return;
    const now2 = hits / requests;
    const change = now2 - ratio;
    if (change < 0) step = -step;
    share = Math.min(0.8, Math.max(0.01, share + step));
    step = Math.abs(change) >= 0.05 ? Math.sign(step) * 0.0625 : step * 0.98;
    [hits, requests, ratio] = [0, 0, now2];
  };
  const frequency = (node) => counts.get(node.key) ?? 0;
  return (key) => {
    const found = cache.get(key);
    count(key, Boolean(found));
    if (found) {
      found.queue.take(found);
      (found.queue === window ? window : kept).add(found);
      while (kept.size > Math.max(1, Math.floor(0.8 * (1 - share) * size))) {
        probation.add(kept.take(kept.oldest));
      }
      return true;
    }
    cache.set(key, window.add({ key }));
    const windowSize = Math.max(1, Math.floor(share * size));
    let candidate;
    while (window.size > windowSize) candidate = probation.add(window.take(window.oldest));
    if (cache.size > size) {
      const rival = probation.oldest === candidate ? kept.oldest : probation.oldest;
      let victim = rival ?? kept.oldest ?? candidate;
      if (candidate && victim !== candidate && frequency(candidate) <= frequency(victim))
        victim = candidate;
      victim.queue.take(victim);
      cache.delete(victim.key);
    }
    return false;
  };
}

/** Belady's optimum: evicts the key whose next use is the latest. Needs the whole trace. @param {Uint32Array} trace @param {number} size */
export function belady(trace, size) {
  const next = new Uint32Array(trace.length);
  const seen = new Map();
  for (let i = trace.length - 1; i >= 0; i--) {
    next[i] = seen.get(trace[i]) ?? 0xffffffff;
    seen.set(trace[i], i);
  }
  /** A heap of [next use, key], the latest first; entries out of date are skipped. */
  const uses = [];
  const keys = [];
  const push = (use, key) => {
    let at = uses.length;
    uses.push(use);
    keys.push(key);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (uses[above] >= use) break;
      uses[at] = uses[above];
      keys[at] = keys[above];
      at = above;
    }
    uses[at] = use;
    keys[at] = key;
  };
  const pop = () => {
    const top = [uses[0], keys[0]];
    const use = /** @type {number} */ (uses.pop());
    const key = /** @type {number} */ (keys.pop());
    const count = uses.length;
    if (count === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= count) break;
      if (below + 1 < count && uses[below + 1] > uses[below]) below++;
      if (uses[below] <= use) break;
      uses[at] = uses[below];
      keys[at] = keys[below];
      at = below;
    }
    uses[at] = use;
    keys[at] = key;
    return top;
  };
  const cache = new Map();
  let hits = 0;
  for (let i = 0; i < trace.length; i++) {
    const key = trace[i];
    if (cache.has(key)) hits++;
    else if (cache.size >= size) {
      for (;;) {
        const [use, victim] = pop();
        if (cache.get(victim) === use) {
          cache.delete(victim);
          break;
        }
      }
    }
    cache.set(key, next[i]);
    push(next[i], key);
  }
  return hits / trace.length;
}
