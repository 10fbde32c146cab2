/** @typedef {import("./builder.js").Operation} Operation */

/** @type {Record<string, string>} */
const names = {
  id: "I",
  sdg: "S†",
  tdg: "T†",
  sx: "√X",
  sxdg: "√X†",
  p: "P",
  rx: "Rx",
  ry: "Ry",
  rz: "Rz",
  u: "U",
  gphase: "e",
  iswap: "iSWAP",
  rxx: "Rxx",
  ryy: "Ryy",
  rzz: "Rzz",
  matrix1: "U",
  matrix2: "U",
  diagonal: "e^if",
  permutation: "f",
  reset: "|0⟩",
};

/** The text in a gate's box. @param {Operation} operation */
export function labelOf({ kind, angles }) {
  const name = names[kind] ?? kind.toUpperCase();
  return angles.length && kind !== "diagonal"
    ? `${name}(${angles.map(angleText).join(", ")})`
    : name;
}

/**
 * An angle for people: a fraction of π if it is one, else three digits.
 * @param {number} angle radians
 */
export function angleText(angle) {
  for (const part of [1, 2, 3, 4, 6, 8, 16]) {
    const times = Math.round((angle * part) / Math.PI);
    if (times === 0 || Math.abs(times) > 32 || Math.abs((times * Math.PI) / part - angle) > 1e-9) {
      continue;
    }
    const count = Math.abs(times) === 1 ? "" : Math.abs(times);
    return `${times < 0 ? "-" : ""}${count}π${part === 1 ? "" : `/${part}`}`;
  }
  return String(Number(angle.toPrecision(3)));
}
