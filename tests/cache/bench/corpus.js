// Traces with the character of the public ones: loops and scans of the LIRS
// papers, block I/O, databases, the web. Each comes with the cache sizes at
// which policies differ on it. All seeded: the same on every machine.
import { random } from "./random.js";
import {
  below,
  bursts,
  compiler,
  disk,
  drift,
  each,
  fading,
  joins,
  loop,
  mixed,
  pages,
  phases,
  popular,
  range,
  recency,
  shifted,
  tiles,
  tree,
  twins,
} from "./streams.js";

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
