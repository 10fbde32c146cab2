import { integerIn } from "../../core/check.js";
import { rotation } from "../ansatz.js";
import { add, excitation, stringsOf } from "./fermions.js";

/**
 * Unitary coupled cluster with single and double excitations (Peruzzo et al., Nat. Commun. 5, 4213,
 * 2014), in one Trotter step: from the Hartree-Fock state, in which the lowest spin orbitals are
 * full, electrons move to the empty ones and keep their spins. With all parameters 0 it is the
 * Hartree-Fock state, the best start.
 * @param {number} qubits spin orbitals, 2 to 20, qubit 2 * orbital + spin
 * @param {number} electrons less than qubits
 * @returns {import("../ansatz.js").Ansatz} one parameter for each excitation
 * @throws {TypeError | RangeError}
 */
export function unitaryCoupledCluster(qubits, electrons) {
  integerIn(2, 20)(qubits, "unitaryCoupledCluster: qubits");
  integerIn(1, qubits - 1)(electrons, "unitaryCoupledCluster: electrons");
  const full = Array.from({ length: electrons }, (_, p) => p);
  const empty = Array.from({ length: qubits - electrons }, (_, p) => electrons + p);
  const spin = (/** @type {readonly number[]} */ list) => list.reduce((sum, p) => sum + (p % 2), 0);
  const moves = [
    ...choices(full, empty, (p) => [p]),
    ...choices(pairs(full), pairs(empty), (pair) => pair),
  ].filter(([from, to]) => spin(from) === spin(to));
  const steps = moves.flatMap(([from, to], parameter) => {
    // e^(value (T - T†)), where T - T† is the sum of i weight P over strings that commute
    const sum = excitation(to, from.toReversed());
    add(sum, -1, excitation(from, to.toReversed()));
    return stringsOf(sum).map(([x, z, weight]) => rotation(x, z, parameter, -2 * weight));
  });
  return { qubits, start: 2 ** electrons - 1, parameters: moves.length, steps };
}

/**
 * @template A @template B
 * @param {readonly A[]} from @param {readonly A[]} to @param {(choice: A) => B} as
 * @returns {[from: B, to: B][]}
 */
const choices = (from, to, as) =>
  from.flatMap((a) => to.map((b) => /** @type {[B, B]} */ ([as(a), as(b)])));

/** @param {readonly number[]} list @returns {number[][]} */
const pairs = (list) => list.flatMap((p, i) => list.slice(i + 1).map((q) => [p, q]));
