/**
 * Electrons as qubits, by the transformation of Jordan and Wigner (Z. Phys. 47, 1928): qubit
 * 2 * orbital + spin is 1 if that orbital holds an electron of that spin.
 *
 * A sum is a map from products X^x Z^z, X to the left, to their weights. In this form the weights of
 * creation and annihilation operators, and of their products, are real.
 *
 * @typedef {Map<number, number>} Sum keys are x * 2^20 + z
 */

const Z_BITS = 2 ** 20;

/**
 * a_p of an electron, or its adjoint: (X -+ X Z) / 2 with a Z on all qubits before.
 * @param {number} p @param {boolean} creates @returns {Sum}
 */
function ladder(p, creates) {
  const bit = 1 << p;
  return new Map([
    [bit * Z_BITS + (bit - 1), 0.5],
    [bit * Z_BITS + (bit - 1) + bit, creates ? 0.5 : -0.5],
  ]);
}

/** @param {Sum} a @param {Sum} b @returns {Sum} O(a b) */
function times(a, b) {
  /** @type {Sum} */ const product = new Map();
  for (const [first, u] of a) {
    for (const [second, v] of b) {
      const [x1, z1] = masks(first);
      const [x2, z2] = masks(second);
      // Each X that moves left past a Z of its qubit changes the sign.
      const sign = parity(z1 & x2) ? -1 : 1;
      const key = (x1 ^ x2) * Z_BITS + (z1 ^ z2);
      product.set(key, (product.get(key) ?? 0) + sign * u * v);
    }
  }
  return product;
}

/**
 * Creations at `to` and annihilations at `from`: a†_to[0] a†_to[1] … a_from[0] a_from[1] ….
 * @param {readonly number[]} to @param {readonly number[]} from spin orbitals
 * @returns {Sum}
 */
export function excitation(to, from) {
  const operators = [...to.map((p) => ladder(p, true)), ...from.map((p) => ladder(p, false))];
  return operators.reduce(times);
}

/** @param {Sum} sum @param {number} weight @param {Sum} other */
export function add(sum, weight, other) {
  for (const [key, value] of other) sum.set(key, (sum.get(key) ?? 0) + weight * value);
}

/**
 * The sum as Pauli strings. Those of a Hermitian operator have real weights; those of the difference
 * of an excitation and its adjoint imaginary ones, of which this returns the imaginary parts.
 * @param {Sum} sum
 * @returns {[x: number, z: number, weight: number][]} X Z = -i Y: each Y takes a factor -i
 */
export function stringsOf(sum) {
  return [...sum]
    .filter(([, weight]) => Math.abs(weight) > 1e-12)
    .map(([key, weight]) => {
      const [x, z] = masks(key);
      const power = count(x & z) % 4; // (-i)^power is 1, -i, -1, i
      return [x, z, power === 0 || power === 3 ? weight : -weight];
    });
}

/** @param {number} key */
const masks = (key) => [Math.floor(key / Z_BITS), key % Z_BITS];

/** @param {number} mask */
function count(mask) {
  let bits = 0;
  for (let rest = mask; rest; rest &= rest - 1) bits++;
  return bits;
}

/** @param {number} mask */
const parity = (mask) => count(mask) % 2 === 1;
