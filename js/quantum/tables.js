import { integerIn, numberIn } from "../core/check.js";

const finite = numberIn(-Number.MAX_VALUE, Number.MAX_VALUE);

/** As the core's kUnitaryTolerance. */
const TOLERANCE = 1e-6;

/**
 * @param {ArrayLike<number>} matrix rows of re, im @param {number} size of a row
 * @returns {Float64Array} a copy
 * @throws {RangeError} unless it is unitary: no entry of U U* - 1 is larger than 1e-6
 */
export function checkUnitary(matrix, size) {
  const length = 2 * size * size;
  if (matrix?.length !== length) {
    throw new RangeError(
      `Circuit.unitary: matrix must have ${length} numbers, got ${matrix?.length ?? matrix}`,
    );
  }
  const copy = Float64Array.from(matrix);
  for (let row = 0; row < size; row++) {
    for (let other = 0; other < size; other++) {
      let re = row === other ? -1 : 0;
      let im = 0;
      for (let k = 0; k < size; k++) {
        const [a, b] = [2 * (row * size + k), 2 * (other * size + k)];
        re += copy[a] * copy[b] + copy[a + 1] * copy[b + 1];
        im += copy[a + 1] * copy[b] - copy[a] * copy[b + 1];
      }
      if (!(Math.abs(re) <= TOLERANCE && Math.abs(im) <= TOLERANCE)) {
        throw new RangeError(`Circuit.unitary: matrix must be unitary to ${TOLERANCE}`);
      }
    }
  }
  return copy;
}

/**
 * @param {ArrayLike<number> | ((z: number) => number)} f @param {number} qubits
 * @param {string} where
 * @returns {Float64Array} its values for z = 0, 1, …
 */
export function tabulate(f, qubits, where) {
  const size = 2 ** qubits;
  if (typeof f !== "function" && f?.length !== size) {
    throw new RangeError(`Circuit.${where}: f must be a function or have ${size} values`);
  }
  const values = new Float64Array(size);
  for (let z = 0; z < size; z++) {
    values[z] = typeof f === "function" ? f(z) : f[z];
    if (!Number.isFinite(values[z])) finite(values[z], `Circuit.${where}: f(${z})`);
  }
  return values;
}

/** @param {Float64Array} values @returns {Uint32Array} */
export function checkPermutation(values) {
  const seen = new Uint8Array(values.length);
  values.forEach((to, z) => {
    integerIn(0, values.length - 1)(to, `Circuit.permutation: f(${z})`);
    if (seen[to]++) throw new RangeError(`Circuit.permutation: f takes the value ${to} twice`);
  });
  return Uint32Array.from(values);
}
