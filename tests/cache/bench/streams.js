// Streams of keys: loops, popularity, recency, disks, trees. Endless and seeded.
import { shuffled, zipf } from "./random.js";

/** @param {() => number} next @param {number} n */
export const below = (next, n) => Math.floor(next() * n);

/** Lengths with many short and few long ones. @param {() => number} next @param {number} mean */
export const exponential = (next, mean) => 1 + Math.floor(-Math.log(1 - next()) * mean);

/** @param {number} from @param {number} count @param {number} [step] */
export function* range(from, count, step = 1) {
  for (let i = 0; i < count; i++) yield from + i * step;
}

/** @param {() => number} next @param {number} n @param {number} exponent */
export function popular(next, n, exponent) {
  const order = shuffled(n, next);
  const draw = zipf(n, exponent, next);
  return () => order[draw()];
}

/** @param {() => number} draw */
export function* each(draw) {
  for (;;) yield draw();
}

/** @param {number} base @param {Iterable<number>} stream */
export function* shifted(base, stream) {
  for (const key of stream) yield base + key;
}

/** One key of each stream in turn, drawn by weight. @param {() => number} next @param {[number, Iterator<number>][]} streams */
export function* mixed(next, streams) {
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
export function* bursts(next, mean, streams) {
  for (;;) {
    const stream = streams[below(next, streams.length)];
    for (let left = exponential(next, mean); left > 0; left--) yield stream.next().value;
  }
}

/** @param {number} base @param {number} length */
export function* loop(base, length) {
  for (;;) yield* range(base, length);
}

/** A program that reads files: some again and again, most of them once from end to end. @param {() => number} next @param {number} base */
export function* compiler(next, base, headers = 90, size = 6) {
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

/** Mostly keys that were used a moment ago: distances in a stack of recency. @param {() => number} next */
export function* recency(next, base, n, fresh, spread) {
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

/** Popular items: new ones come and old ones fade. @param {() => number} next */
export function* fading(next, base, n, exponent, births) {
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
 * metadata read in the same order every time; a pool of ordinary blocks; and
 * sometimes a long directory walk.
 * @param {() => number} next
 */
export function* disk(
  next,
  { base = 0, pool = 20_000, walk = 400, walks = 0.002, exponent = 0.7 } = {},
) {
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
export function* tree(next, base, leaf) {
  for (;;) {
    const at = leaf();
    yield base;
    yield base + 1 + Math.floor(at / 1000);
    yield base + 1000 + Math.floor(at / 30);
    yield base + 100_000 + at;
    if (next() < 0.05) yield* range(base + 100_000 + at, 20);
  }
}

/** Large and small tables, read from end to end again and again. @param {() => number} next */
export function* joins(next, base, outer, inner) {
  for (;;) {
    for (let row = 0; row < outer; row++) {
      yield base + row;
      if (row % 50 === 0) yield* range(base + outer, inner);
    }
    base += below(next, 3) === 0 ? outer : 0;
  }
}

/** A map's tiles around a visitor who moves, zooms and comes back. @param {() => number} next */
export function* tiles(next) {
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

/** Pages of a site, each with its resources. @param {() => number} next */
export function* pages(next, count = 300) {
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
export function* phases(length, streams) {
  for (let i = 0; ; i = (i + 1) % streams.length) {
    for (let left = length; left > 0; left--) yield streams[i].next().value;
  }
}

/** @param {() => number} next */
export const drift = (next, base, width, speed) => {
  let i = 0;
  return each(() => base + Math.floor(i++ * speed) + Math.floor(next() * next() * width));
};

/** Every key is used two or three times in quick succession, then never again. @param {() => number} next */
export function* twins(next, base, gap) {
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
