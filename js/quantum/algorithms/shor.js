import { checkOptions, oneOf } from "../../core/check.js";
import { ApusError } from "../../core/errors.js";
import { draws } from "../run/memory.js";
import { common, shots } from "./options.js";
import { countingCircuit, measure } from "./phase-estimation.js";

const NUMBERS = [15, 21, 35];

/**
 * @typedef {object} ShorAnswer
 * @property {"shor"} algorithm
 * @property {[number, number]} factors ascending
 * @property {number} base whose order was found
 * @property {number} order the least r with base^r = 1 modulo the number
 * @property {number} probability the share of shots that lead to the order
 * @property {import("../circuit.js").Circuit} circuit of the last base
 */

/**
 * Factors a small number by finding the order of a random base (Shor, SIAM J. Comput. 26, 1997),
 * simulated: phase estimation of the multiplication by the base, a permutation. Bases with a common
 * divisor would give a factor without any circuit, so they are not drawn.
 *
 * @param {15 | 21 | 35} number 12, 15 or 18 qubits
 * @param {{ shots?: number } & import("./options.js").Common} [options] default: 64 shots for each base
 * @returns {Promise<ShorAnswer & import("./options.js").Cost>} `iterations` are the bases that were
 *   tried
 * @throws {TypeError | RangeError | ApusError} `NOT_FOUND`: no base has led to factors; as
 *   `Simulator.run`
 */
export async function shor(number, options = {}) {
  oneOf(/** @type {any} */ (NUMBERS))(number, "shor: number");
  checkOptions("shor", options, { ...common, shots });
  const { shots: times = 64, seed = 1 } = options;
  const random = draws(seed);
  const qubits = Math.ceil(Math.log2(number));
  const bits = 2 * qubits;
  const bases = Array.from({ length: number - 3 }, (_, i) => i + 2).filter(
    (base) => divisor(base, number) === 1,
  );
  for (let tried = 1; bases.length > 0; tried++) {
    const [base] = bases.splice(Math.floor(random() * bases.length), 1);
    const circuit = multiplication(base, number, qubits, bits);
    const counted = await measure(circuit, times, { ...options, seed: (seed + tried) % 2 ** 32 });
    const found = counted.map(([value, count]) => ({
      order: orderOf(value, bits, base, number),
      count,
    }));
    const order = Math.min(...found.map((it) => it.order ?? Infinity));
    if (order % 2 !== 0) continue; // odd, or Infinity: not found
    const root = power(base, order / 2, number);
    if (root === number - 1) continue;
    const factor = divisor(root - 1, number);
    if (factor === 1 || factor === number) continue;
    const right = found.reduce((sum, it) => sum + (it.order === order ? it.count : 0), 0);
    const [low, high] = [factor, number / factor].sort((a, b) => a - b);
    return {
      algorithm: "shor",
      provider: "simulator",
      factors: [low, high],
      base,
      order,
      probability: right / times,
      circuit,
      depth: circuit.depth,
      gates: circuit.counts,
      iterations: tried,
      runs: tried,
    };
  }
  throw new ApusError("NOT_FOUND", `shor: no base has led to factors of ${number}`);
}

/**
 * |x> becomes |base^(2^k) x mod number>, controlled by bit k of the register that counts; begins with 1.
 * @param {number} base @param {number} number @param {number} qubits @param {number} bits
 */
function multiplication(base, number, qubits, bits) {
  const all = Array.from({ length: qubits }, (_, q) => q);
  return countingCircuit(qubits, bits, {
    prepare: (to) => to.x(0),
    power: (to, k) => {
      const factor = power(base, 2 ** k, number);
      to.permutation((x) => (x < number ? (x * factor) % number : x), all);
    },
  });
}

/**
 * The order from a measured value, about s / order * 2^bits: the denominator of the last convergent
 * of value / 2^bits below the number. It is a divisor of the order, and of no use, when s and the
 * order have one in common.
 * @param {number} value @param {number} bits @param {number} base @param {number} number
 * @returns {number | undefined}
 */
function orderOf(value, bits, base, number) {
  let [numerator, denominator] = [value, 2 ** bits];
  let [before, now] = [1, 0]; // denominators of convergents
  while (denominator > 0) {
    const whole = Math.floor(numerator / denominator);
    const next = whole * now + before;
    if (next >= number) break;
    [before, now] = [now, next];
    [numerator, denominator] = [denominator, numerator - whole * denominator];
  }
  return power(base, now, number) === 1 ? now : undefined;
}

/** @param {number} base @param {number} exponent @param {number} modulus */
function power(base, exponent, modulus) {
  let result = 1;
  for (let square = base % modulus, left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** @param {number} a @param {number} b @returns {number} the greatest common one */
const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));
