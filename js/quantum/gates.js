/**
 * The kinds of operations, in the order of the core's codes (include/apus/quantum/circuit.h); the
 * module's test compares the two. `targets` and `angles` are numbers of them; `set`: it acts on a
 * set of qubits; `gate`: unitary, so it may have controls.
 * @type {readonly { name: string, targets: 0 | 1 | 2, angles: 0 | 1 | 3, gate: boolean, set: boolean }[]}
 */
export const kinds = [
  ...shapes("gphase", 0, 1),
  ...shapes("id x y z h s sdg t tdg sx sxdg", 1, 0),
  ...shapes("p rx ry rz", 1, 1),
  ...shapes("u", 1, 3),
  ...shapes("matrix1", 1, 0),
  ...shapes("swap iswap", 2, 0),
  ...shapes("rxx ryy rzz", 2, 1),
  ...shapes("matrix2", 2, 0),
  ...shapes("diagonal", 0, 1, true, true),
  ...shapes("permutation", 0, 0, true, true),
  ...shapes("measure reset", 1, 0, false),
  ...shapes("barrier", 0, 0, false, true),
];

/** The code of each kind. @type {ReadonlyMap<string, number>} */
export const codes = new Map(kinds.map(({ name }, code) => [name, code]));

/**
 * @param {string} names @param {0 | 1 | 2} targets @param {0 | 1 | 3} angles
 */
function shapes(names, targets, angles, gate = true, set = false) {
  return names.split(" ").map((name) => ({ name, targets, angles, gate, set }));
}
