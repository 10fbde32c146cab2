import { QUANTUM_MOST_QUBITS } from "../../dist/layout.js";
import { integerIn, numberIn, string } from "../core/check.js";

/** @typedef {{ readonly coefficient: number, readonly x: number, readonly z: number }} Term X on the
 *   qubits of the mask `x` only, Z on those of `z` only, Y on those of both */

const finite = numberIn(-Number.MAX_VALUE, Number.MAX_VALUE);
const qubitIn = integerIn(0, QUANTUM_MOST_QUBITS - 1);

/**
 * A sum of products of Pauli operators with real coefficients: an observable, such as an energy.
 *
 *     const energy = new PauliSum().add(-1.05, "").add(0.39, "Z0").add(0.18, "X0 X1");
 */
export class PauliSum {
  /** @type {Term[]} */
  #terms = [];

  /**
   * Adds a term. O(its operators).
   * @param {number} coefficient @param {string} operators such as "X0 Z2", in any order; "" for 1
   * @returns {this}
   * @throws {TypeError | RangeError} for anything else, a qubit of 26 or more, or one that occurs twice
   */
  add(coefficient, operators) {
    finite(coefficient, "PauliSum.add: coefficient");
    string(operators, "PauliSum.add: operators");
    let [x, z, seen] = [0, 0, 0];
    for (const word of operators.split(/[\s*]+/).filter(Boolean)) {
      const [, axis, digits] = /^([IXYZ])(\d{1,3})$/.exec(word) ?? [];
      if (!axis) {
        throw new RangeError(`PauliSum.add: operators must be like "X0 Z2", got "${word}"`);
      }
      qubitIn(Number(digits), "PauliSum.add: qubit");
      const bit = 2 ** Number(digits);
      if (seen & bit) throw new RangeError(`PauliSum.add: qubit ${digits} occurs twice`);
      seen |= bit;
      if (axis === "X" || axis === "Y") x |= bit;
      if (axis === "Z" || axis === "Y") z |= bit;
    }
    this.#terms.push({ coefficient, x, z });
    return this;
  }

  /** @returns {readonly Term[]} */
  get terms() {
    return this.#terms;
  }

  /** How many qubits it needs: its highest qubit and one. */
  get qubits() {
    const all = this.#terms.reduce((mask, { x, z }) => mask | x | z, 0);
    return 32 - Math.clz32(all);
  }
}
