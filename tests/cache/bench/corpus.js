// Traces with the character of the public ones: loops and scans of the LIRS
// papers, block I/O, databases, the web. Each comes with the cache sizes at
// which policies differ on it. All seeded: the same on every machine.
import { random, shuffled, zipf } from "./random.js";

/** @typedef {{ keys: Uint32Array, sizes: number[] }} Trace */

/** @returns {Record<string, () => Trace>} made when asked for */
export function corpus() {
  return Object.fromEntries(
    Object.entries(makers).map(([name, [count, sizes, make]], i) => [
      name,
      () => {
        const next = random(i + 1);
        const keys = new Uint32Array(count);
        let at = 0;
        for (const key of make(next)) {
          keys[at++] = key;
          if (at === count) break;
        }
        return { keys: keys.subarray(0, at), sizes };
      },
    ]),
  );
}

/** @param {() => number} next @param {number} n */
const below = (next, n) => Math.floor(next() * n);

/** Lengths with many short and few long ones. @param {() => number} next @param {number} mean */
const exponential = (next, mean) => 1 + Math.floor(-Math.log(1 - next()) * mean);

/** @param {number} from @param {number} count @param {number} [step] */
function* range(from, count, step = 1) {
  for (let i = 0; i < count; i++) yield from + i * step;
}

/** @param {() => number} next @param {number} n @param {number} exponent */
function popular(next, n, exponent) {
  const order = shuffled(n, next);
  const draw = zipf(n, exponent, next);
  return () => order[draw()];
}

/** @param {() => number} draw */
function* each(draw) {
  for (;;) yield draw();
}

/** @param {number} base @param {Iterable<number>} stream */
function* shifted(base, stream) {
  for (const key of stream) yield base + key;
}

/** One key of each stream in turn, drawn by weight. @param {() => number} next @param {[number, Iterator<number>][]} streams */
function* mixed(next, streams) {
  const total = streams.reduce((sum, [weight]) => sum + weight, 0);
  for (;;) {
    let rest = next() * total;
    let at = 0;
    while (at < streams.length - 1 && rest >= streams[at][0]) rest -= streams[at++][0];
    const { value, done } = streams[at][1].next();
    if (done) return;
    yield value;
  }
}

/** Bursts of each stream in turn. @param {() => number} next @param {number} mean @param {Iterator<number>[]} streams */
function* bursts(next, mean, streams) {
  for (;;) {
    const stream = streams[below(next, streams.length)];
    for (let left = exponential(next, mean); left > 0; left--) yield stream.next().value;
  }
}

/** @param {number} base @param {number} length */
function* loop(base, length) {
  for (;;) yield* range(base, length);
}

/** A program over files: some read again and again, most once from end to end. @param {() => number} next @param {number} base */
function* compiler(next, base, headers = 90, size = 6) {
  const pick = popular(next, headers, 0.9);
  let fresh = base + 10_000;
  for (;;) {
    yield* range(fresh, 1 + below(next, 4));
    for (let used = 3 + below(next, 12); used > 0; used--) {
      const file = pick();
      yield* range(base + file * size, 1 + (file % size));
    }
    fresh += 4;
  }
}

/** Keys that were used a moment ago, most of them: distances in a stack of recency. @param {() => number} next */
function* recency(next, base, n, fresh, spread) {
  const stack = [];
  let made = base;
  for (;;) {
    const depth = Math.floor(Math.exp(next() * next() * spread)) - 1;
    if (next() < fresh || depth >= stack.length) stack.push(made++);
    else stack.push(...stack.splice(stack.length - 1 - depth, 1));
    if (stack.length > n) stack.shift();
    yield stack[stack.length - 1];
  }
}

/** Popular things, of which new ones come and old ones fade. @param {() => number} next */
function* fading(next, base, n, exponent, births) {
  const draw = zipf(n, exponent, next);
  const ranks = Array.from({ length: n }, (_, i) => base + i);
  let made = base + n;
  for (;;) {
    if (next() < births) {
      // A new one starts anywhere near the top; those below go down one place.
      ranks.splice(Math.floor(next() ** 3 * n), 0, made++);
      ranks.pop();
    }
    yield ranks[draw()];
  }
}

/**
 * A disk: appends, each block touched a few times at once and never again;
 * metadata read in ever the same order; a pool of ordinary blocks; now and then
 * a long directory walk.
 * @param {() => number} next
 */
function* disk(next, { base = 0, pool = 20_000, walk = 400, walks = 0.002, exponent = 0.7 } = {}) {
  const draw = popular(next, pool, exponent);
  const inodes = shuffled(2_000, next).map((i) => base + 100_000 + i * 8);
  let log = base + 1_000_000;
  let data = base + 5_000_000;
  for (;;) {
    const what = next();
    if (what < 0.3) {
      for (let left = exponential(next, 3); left > 0; left--) yield data;
      if (next() < 0.7) data += 8;
    } else if (what < 0.5) {
      const count = exponential(next, 5);
      yield* range(log, count);
      log += count;
    } else if (what < 0.56) {
      yield* inodes.subarray(0, 20 + below(next, next() < 0.1 ? 100 : 15));
    } else if (what < 0.56 + walks) {
      const from = below(next, inodes.length - walk);
      yield* inodes.subarray(from, from + walk);
    } else {
      const block = base + draw();
      yield block;
      if (next() < 0.4) yield block;
    }
  }
}

/** A tree's root, inner nodes and leaves. @param {() => number} next @param {() => number} leaf */
function* tree(next, base, leaf) {
  for (;;) {
    const at = leaf();
    yield base;
    yield base + 1 + Math.floor(at / 1000);
    yield base + 1000 + Math.floor(at / 30);
    yield base + 100_000 + at;
    if (next() < 0.05) yield* range(base + 100_000 + at, 20);
  }
}

/** Tables read from end to end, large and small, again and again. @param {() => number} next */
function* joins(next, base, outer, inner) {
  for (;;) {
    for (let row = 0; row < outer; row++) {
      yield base + row;
      if (row % 50 === 0) yield* range(base + outer, inner);
    }
    base += below(next, 3) === 0 ? outer : 0;
  }
}

/** A map's tiles around one who moves, zooms and comes back. @param {() => number} next */
function* tiles(next) {
  let [x, y, zoom] = [500, 500, 8];
  const homes = Array.from({ length: 12 }, () => [below(next, 1000), below(next, 1000)]);
  for (;;) {
    const what = next();
    if (what < 0.02) [x, y] = homes[Math.floor(next() ** 2 * homes.length)];
    else if (what < 0.1) zoom = Math.min(12, Math.max(4, zoom + (next() < 0.5 ? 1 : -1)));
    else [x, y] = [x + below(next, 3) - 1, y + below(next, 3) - 1];
    for (let dx = -1; dx < 2; dx++)
      for (let dy = -1; dy < 2; dy++)
        yield zoom * 1_000_000 +
          ((x + 1000) >> (12 - zoom)) * 1000 +
          ((y + 1000) >> (12 - zoom)) +
          dx * 1000 +
          dy;
  }
}

/** Pages of a site, each with what it needs. @param {() => number} next */
function* pages(next, count = 300) {
  const pick = popular(next, count, 1);
  const trail = [];
  for (;;) {
    const back = trail.length > 1 && next() < 0.35;
    if (back) trail.pop();
    else trail.push(pick());
    if (trail.length > 30) trail.shift();
    const page = trail[trail.length - 1];
    yield* range(0, 4);
    yield* range(100 + (page % 17) * 5, 5);
    yield* range(1000 + page * 4, 4);
  }
}

/** @param {Iterator<number>[]} streams @param {number} length */
function* phases(length, streams) {
  for (let i = 0; ; i = (i + 1) % streams.length) {
    for (let left = length; left > 0; left--) yield streams[i].next().value;
  }
}

/** @param {() => number} next */
const drift = (next, base, width, speed) => {
  let i = 0;
  return each(() => base + Math.floor(i++ * speed) + Math.floor(next() * next() * width));
};

/** Every key is used two or three times shortly after another, then never. @param {() => number} next */
function* twins(next, base, gap) {
  const due = [];
  let fresh = base;
  for (;;) {
    if (due.length > 0 && next() < 0.5) yield due.splice(below(next, due.length), 1)[0];
    else {
      yield fresh;
      if (next() < 0.8) due.push(fresh);
      if (due.length > gap) due.shift();
      fresh++;
    }
  }
}

/** @type {Record<string, [number, number[], (next: () => number) => Iterable<number>]>} */
const makers = {
  "zipf 0.7": [200_000, [500, 2000, 8000, 20_000], (next) => each(popular(next, 50_000, 0.7))],
  "zipf 0.9": [200_000, [500, 2000, 8000, 20_000], (next) => each(popular(next, 50_000, 0.9))],
  "zipf 1.1": [200_000, [20, 200, 2000, 8000], (next) => each(popular(next, 100_000, 1.1))],
  uniform: [100_000, [100, 1000, 5000, 9000], (next) => each(() => below(next, 10_000))],
  "zipf, scans": [
    200_000,
    [500, 2000, 8000, 20_000],
    (next) => {
      let fresh = 1e6;
      return bursts(next, 1500, [
        ...Array(3).fill(each(popular(next, 50_000, 0.9))),
        each(() => fresh++),
      ]);
    },
  ],
  "zipf, churn": [200_000, [100, 500, 2000, 6000], (next) => fading(next, 0, 10_000, 0.9, 0.02)],
  news: [200_000, [50, 300, 1500, 5000], (next) => fading(next, 0, 5_000, 0.8, 0.3)],
  "one-hit wonders": [
    200_000,
    [200, 1000, 4000, 16_000],
    (next) => {
      let fresh = 1e6;
      return mixed(next, [
        [4, each(popular(next, 40_000, 0.8))],
        [6, each(() => fresh++)],
      ]);
    },
  ],
  twins: [
    200_000,
    [100, 800, 3000, 12_000],
    (next) =>
      mixed(next, [
        [6, twins(next, 1e6, 500)],
        [4, each(popular(next, 20_000, 0.8))],
      ]),
  ],
  "loop of 1000": [200_000, [256, 512, 768, 990], () => loop(0, 1000)],
  "loop of 20k": [300_000, [5000, 10_000, 16_000, 19_500], () => loop(0, 20_000)],
  "loops, text": [
    6_000,
    [100, 250, 500, 1000],
    (next) =>
      phases(1500, [
        loop(0, 560),
        bursts(next, 60, [loop(0, 560), loop(900, 180), loop(2000, 1400)]),
      ]),
  ],
  "loops, hot set": [
    100_000,
    [200, 800, 1600, 2600],
    (next) =>
      mixed(next, [
        [7, loop(10_000, 2500)],
        [3, each(popular(next, 400, 0.6))],
      ]),
  ],
  "loops move": [
    100_000,
    [200, 500, 900, 1400],
    (next) => {
      let base = 0;
      return (function* () {
        for (;;) {
          for (let i = 0; i < 6; i++) yield* range(base, 1000);
          base += below(next, 600);
        }
      })();
    },
  ],
  compiler: [9_000, [20, 35, 80, 300], (next) => compiler(next, 0)],
  "compiler, loop": [
    16_000,
    [150, 400, 1000, 1500],
    (next) => bursts(next, 30, [compiler(next, 0), loop(90_000, 1400)]),
  ],
  "compiler, loop, database": [
    26_000,
    [200, 700, 1500, 2600],
    (next) =>
      bursts(next, 30, [compiler(next, 0), loop(90_000, 1400), joins(next, 200_000, 900, 60)]),
  ],
  "four programs": [
    30_000,
    [200, 800, 1500, 2500],
    (next) =>
      bursts(next, 40, [
        compiler(next, 0),
        loop(90_000, 200),
        loop(100_000, 1600),
        joins(next, 200_000, 1800, 100),
      ]),
  ],
  joins: [60_000, [60, 250, 1000, 3000], (next) => joins(next, 0, 2400, 120)],
  "two pools": [
    100_000,
    [60, 150, 450, 2000],
    (next) => {
      let turn = 0;
      return each(() => (turn++ % 2 ? below(next, 100) : 1000 + below(next, 10_000)));
    },
  ],
  "tree, zipf": [
    150_000,
    [100, 600, 2500, 9000],
    (next) => tree(next, 0, popular(next, 50_000, 0.8)),
  ],
  "tree, scans": [
    150_000,
    [100, 600, 2500, 9000],
    (next) =>
      bursts(next, 4000, [
        tree(next, 0, popular(next, 50_000, 0.8)),
        tree(next, 0, popular(next, 50_000, 0.8)),
        loop(5e6, 12_000),
      ]),
  ],
  sprite: [130_000, [100, 300, 800, 2000], (next) => recency(next, 0, 6_000, 0.05, 9)],
  "recency, wide": [
    150_000,
    [300, 1500, 5000, 12_000],
    (next) => recency(next, 0, 30_000, 0.1, 11),
  ],
  drift: [200_000, [500, 2000, 8000, 16_000], (next) => drift(next, 0, 20_000, 0.1)],
  "drift, fast": [100_000, [100, 400, 1500, 4000], (next) => drift(next, 0, 5_000, 0.3)],
  disk: [114_000, [500, 3000, 6000, 12_244], (next) => disk(next)],
  "disk, walks": [
    200_000,
    [1000, 5000, 9000, 16_000],
    (next) => disk(next, { pool: 60_000, walk: 1500, walks: 0.004, exponent: 0.5 }),
  ],
  "disk, backups": [
    200_000,
    [1000, 5000, 12_000, 24_000],
    (next) =>
      bursts(next, 6000, [
        disk(next, { pool: 30_000 }),
        disk(next, { pool: 30_000 }),
        loop(9e6, 30_000),
      ]),
  ],
  oltp: [
    150_000,
    [250, 1000, 4000, 12_000],
    (next) =>
      mixed(next, [
        [5, recency(next, 0, 20_000, 0.2, 10)],
        [4, shifted(1e6, each(popular(next, 30_000, 1)))],
        [1, drift(next, 3e6, 3_000, 0.5)],
      ]),
  ],
  "phases: zipf, drift, loop": [
    300_000,
    [500, 2000, 6000, 12_000],
    (next) =>
      phases(50_000, [
        each(popular(next, 50_000, 0.9)),
        drift(next, 1e6, 8_000, 0.1),
        loop(3e6, 8_000),
      ]),
  ],
  "phases, short": [
    100_000,
    [100, 300, 700, 1200],
    (next) =>
      phases(5_000, [
        recency(next, 0, 3_000, 0.1, 8),
        loop(1e6, 900),
        each(popular(next, 3_000, 0.9)),
      ]),
  ],
  tiles: [60_000, [20, 60, 200, 800], (next) => tiles(next)],
  pages: [40_000, [20, 60, 150, 500], (next) => pages(next)],
};
