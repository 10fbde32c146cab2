import { Builder } from "./builder.js";
import { unpack } from "./pack.js";
import { toSvg } from "./svg.js";
import { readQasm, writeQasm } from "./text.js";

/** @typedef {import("./builder.js").Operation} Operation */

/**
 * A quantum circuit: a list of operations on numbered qubits and classical bits. It is data; a
 * `Simulator` runs it. Qubit 0 is the least significant bit of an outcome.
 *
 *     const bell = new Circuit(2).h(0).cx(0, 1).measure(0, 0).measure(1, 1);
 *
 * Every method checks its arguments before anything changes: `TypeError` and `RangeError` name the
 * argument. Each costs O(its qubits), matrices and tables O(their numbers).
 */
export class Circuit extends Builder {
  /**
   * A circuit from OpenQASM 2 or 3: the subset with gates and their definitions, registers,
   * measurement, reset, barrier and `if`.
   * @param {string} text
   * @returns {Promise<Circuit>}
   * @throws {ApusError} `QASM_INVALID`, with `line` and `column` (from 1) in its `cause`;
   *   `WASM_UNAVAILABLE`; `OUT_OF_MEMORY`
   */
  static async fromQasm(text) {
    const { qubits, bits, records } = await readQasm(text);
    return unpack(new Circuit(qubits, bits), records);
  }

  /**
   * The circuit as OpenQASM, which `fromQasm` reads back as it was.
   * @param {2 | 3} [version]
   * @returns {Promise<string>}
   * @throws {ApusError} `QASM_UNSUPPORTED`: the version cannot say it; `WASM_UNAVAILABLE`
   */
  toQasm(version = 3) {
    return writeQasm(this, version);
  }

  /** The circuit as an SVG image, for innerHTML or a file. Its colours are CSS custom properties.
   * @param {{ title?: string, width?: number }} [options] the accessible title; the width at which
   *   it wraps, px: default never
   * @returns {string} */
  toSvg(options = {}) {
    return toSvg(this, options);
  }

  /** @param {number} qubit */
  id(qubit) {
    return this.gate("id", [qubit]);
  }
  /** @param {number} qubit */
  x(qubit) {
    return this.gate("x", [qubit]);
  }
  /** @param {number} qubit */
  y(qubit) {
    return this.gate("y", [qubit]);
  }
  /** @param {number} qubit */
  z(qubit) {
    return this.gate("z", [qubit]);
  }
  /** @param {number} qubit */
  h(qubit) {
    return this.gate("h", [qubit]);
  }
  /** @param {number} qubit */
  s(qubit) {
    return this.gate("s", [qubit]);
  }
  /** @param {number} qubit */
  sdg(qubit) {
    return this.gate("sdg", [qubit]);
  }
  /** @param {number} qubit */
  t(qubit) {
    return this.gate("t", [qubit]);
  }
  /** @param {number} qubit */
  tdg(qubit) {
    return this.gate("tdg", [qubit]);
  }
  /** @param {number} qubit */
  sx(qubit) {
    return this.gate("sx", [qubit]);
  }
  /** @param {number} qubit */
  sxdg(qubit) {
    return this.gate("sxdg", [qubit]);
  }
  /** diag(1, e^(i lambda)). @param {number} lambda radians @param {number} qubit */
  p(lambda, qubit) {
    return this.gate("p", [qubit], [lambda]);
  }
  /** @param {number} theta radians @param {number} qubit */
  rx(theta, qubit) {
    return this.gate("rx", [qubit], [theta]);
  }
  /** @param {number} theta radians @param {number} qubit */
  ry(theta, qubit) {
    return this.gate("ry", [qubit], [theta]);
  }
  /** @param {number} theta radians @param {number} qubit */
  rz(theta, qubit) {
    return this.gate("rz", [qubit], [theta]);
  }
  /** Any gate of one qubit but for a phase. @param {number} theta @param {number} phi @param {number} lambda @param {number} qubit */
  u(theta, phi, lambda, qubit) {
    return this.gate("u", [qubit], [theta, phi, lambda]);
  }
  /** e^(i angle), which controls make visible. @param {number} angle radians */
  gphase(angle) {
    return this.gate("gphase", [], [angle]);
  }
  /** @param {number} control @param {number} target */
  cx(control, target) {
    return this.gate("x", [target], [], [control]);
  }
  /** @param {number} control @param {number} target */
  cy(control, target) {
    return this.gate("y", [target], [], [control]);
  }
  /** @param {number} control @param {number} target */
  cz(control, target) {
    return this.gate("z", [target], [], [control]);
  }
  /** @param {number} control @param {number} target */
  ch(control, target) {
    return this.gate("h", [target], [], [control]);
  }
  /** @param {number} lambda radians @param {number} control @param {number} target */
  cp(lambda, control, target) {
    return this.gate("p", [target], [lambda], [control]);
  }
  /** @param {number} theta radians @param {number} control @param {number} target */
  crx(theta, control, target) {
    return this.gate("rx", [target], [theta], [control]);
  }
  /** @param {number} theta radians @param {number} control @param {number} target */
  cry(theta, control, target) {
    return this.gate("ry", [target], [theta], [control]);
  }
  /** @param {number} theta radians @param {number} control @param {number} target */
  crz(theta, control, target) {
    return this.gate("rz", [target], [theta], [control]);
  }
  /** @param {number} first @param {number} second controls @param {number} target */
  ccx(first, second, target) {
    return this.gate("x", [target], [], [first, second]);
  }
  /** @param {number} first @param {number} second */
  swap(first, second) {
    return this.gate("swap", [first, second]);
  }
  /** @param {number} control @param {number} first @param {number} second */
  cswap(control, first, second) {
    return this.gate("swap", [first, second], [], [control]);
  }
  /** @param {number} first @param {number} second */
  iswap(first, second) {
    return this.gate("iswap", [first, second]);
  }
  /** @param {number} theta radians @param {number} first @param {number} second */
  rxx(theta, first, second) {
    return this.gate("rxx", [first, second], [theta]);
  }
  /** @param {number} theta radians @param {number} first @param {number} second */
  ryy(theta, first, second) {
    return this.gate("ryy", [first, second], [theta]);
  }
  /** @param {number} theta radians @param {number} first @param {number} second */
  rzz(theta, first, second) {
    return this.gate("rzz", [first, second], [theta]);
  }
}
