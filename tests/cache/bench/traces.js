import { random, shuffled, zipf } from "./random.js";

/** Requests for keys 0 … 99,999 and beyond, of several kinds. All seeded. @param {number} count */
export function traces(count) {
  const make = (seed, next) => {
    const draw = next(random(seed));
    return Uint32Array.from({ length: count }, (_, i) => draw(i));
  };
  const zipfian = (exponent) => (next) => {
    const order = shuffled(100_000, next);
    const draw = zipf(100_000, exponent, next);
    return () => order[draw()];
  };
  const drift = (next) => (i) => Math.floor(i / 10) + Math.floor(next() * next() * 20_000);
  const loop = () => (i) => i % 20_000;
  const scans = (next) => {
    const draw = zipfian(0.9)(next);
    let fresh = 200_000;
    let left = 0;
    return () => {
      if (left === 0 && next() < 0.0001) left = 5_000;
      if (left === 0) return draw();
      left--;
      return fresh++;
    };
  };
  return {
    "Zipf 0.7": make(1, zipfian(0.7)),
    "Zipf 0.9": make(2, zipfian(0.9)),
    "Zipf 1.0": make(3, zipfian(1)),
    "Zipf 0.9 + scans": make(4, scans),
    "loop of 20k": make(5, loop),
    drift: make(6, drift),
    "Zipf 0.9, then drift": make(7, (next) => {
      const [first, second] = [zipfian(0.9)(next), drift(next)];
      return (i) => (i < count / 2 ? first() : 300_000 + second(i));
    }),
  };
}
