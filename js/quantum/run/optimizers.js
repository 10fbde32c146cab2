import { draws } from "./memory.js";

/**
 * Optimizers as generators: they yield after each iteration, so that whoever runs them can report,
 * pause or stop.
 *
 * @typedef {object} Step
 * @property {number} iteration from 1
 * @property {number} energy the lowest so far
 */

/** @typedef {{ values: Float64Array, energy: number }} Minimum */

const MEMORY = 8; // pairs of steps and changes of the gradient
const ARMIJO = 1e-4;

/**
 * L-BFGS (Liu, Nocedal, Math. Program. 45, 1989) with a backtracking line search.
 * @param {(values: Float64Array, gradient: Float64Array) => number} evaluate the energy; fills the gradient
 * @param {Float64Array} start
 * @param {number} iterations at most
 * @param {number} tolerance ends when no derivative is larger
 * @returns {Generator<Step, Minimum, void>}
 */
export function* lbfgs(evaluate, start, iterations, tolerance) {
  const size = start.length;
  let values = start.slice();
  let gradient = new Float64Array(size);
  let energy = evaluate(values, gradient);
  /** @type {{ step: Float64Array, change: Float64Array, product: number }[]} */
  let pairs = [];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    if (gradient.every((it) => Math.abs(it) <= tolerance)) break;
    let direction = descent(gradient, pairs);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      pairs = [];
      direction = gradient.map((it) => -it);
      slope = dot(direction, gradient);
    }
    // The first step is short: nothing is known about the curvature.
    let length = pairs.length ? 1 : Math.min(1, 0.3 / Math.sqrt(-slope));
    const next = { values, gradient: new Float64Array(size), energy };
    let found = false;
    for (let tries = 0; tries < 25 && !found; tries++) {
      next.values = values.map((it, i) => it + length * direction[i]);
      next.energy = evaluate(next.values, next.gradient);
      found = next.energy <= energy + ARMIJO * length * slope;
      if (!found) length /= 2;
    }
    if (!found) break; // the rounding errors of the energy are larger than its slope
    const step = next.values.map((it, i) => it - values[i]);
    const change = next.gradient.map((it, i) => it - gradient[i]);
    const product = dot(step, change);
    if (product > 1e-14) pairs = [...pairs, { step, change, product }].slice(-MEMORY);
    ({ values, gradient, energy } = next);
    yield { iteration, energy };
  }
  return { values, energy };
}

/**
 * The two-loop recursion: minus the inverse Hessian's estimate times the gradient.
 * @param {Float64Array} gradient
 * @param {readonly { step: Float64Array, change: Float64Array, product: number }[]} pairs
 */
function descent(gradient, pairs) {
  const direction = gradient.map((it) => -it);
  /** @type {number[]} */ const weights = [];
  for (const { step, change, product } of pairs.toReversed()) {
    const weight = dot(step, direction) / product;
    weights.unshift(weight);
    add(direction, -weight, change);
  }
  const last = pairs.at(-1);
  const scale = last ? last.product / dot(last.change, last.change) : 1;
  for (const i of direction.keys()) direction[i] *= scale;
  for (const [i, { step, change, product }] of pairs.entries()) {
    add(direction, weights[i] - dot(change, direction) / product, step);
  }
  return direction;
}

/**
 * Simultaneous perturbation (Spall, IEEE Trans. Autom. Control 37, 1992): two energies an iteration,
 * however many parameters there are. It tolerates noise.
 * @param {(values: Float64Array) => number} evaluate the energy
 * @param {Float64Array} start @param {number} iterations @param {number} seed
 * @returns {Generator<Step, Minimum, void>}
 */
export function* spsa(evaluate, start, iterations, seed) {
  const random = draws(seed);
  const values = start.slice();
  /** @type {Minimum} */
  let best = { values: start.slice(), energy: evaluate(start) };
  const signs = () => values.map(() => (random() < 0.5 ? -1 : 1));
  const slope = (/** @type {Float64Array} */ by, /** @type {number} */ size) => {
    const up = evaluate(values.map((it, i) => it + size * by[i]));
    return (up - evaluate(values.map((it, i) => it - size * by[i]))) / (2 * size);
  };
  // The first step moves each value by about 0.2.
  let mean = 0;
  for (let i = 0; i < 10; i++) mean += Math.abs(slope(signs(), 0.1)) / 10;
  const stability = iterations / 10;
  const gain = (0.2 * (1 + stability) ** 0.602) / (mean || 1);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const by = signs();
    const rate = gain / (iteration + stability) ** 0.602;
    add(values, -rate * slope(by, 0.1 / iteration ** 0.101), by);
    const energy = evaluate(values);
    if (energy < best.energy) best = { values: values.slice(), energy };
    yield { iteration, energy: best.energy };
  }
  return best;
}

/** @param {Float64Array} a @param {Float64Array} b */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** @param {Float64Array} to @param {number} weight @param {Float64Array} what */
function add(to, weight, what) {
  for (let i = 0; i < to.length; i++) to[i] += weight * what[i];
}
