import { Refusal } from "../../requests.node.js";
import { badFilter } from "./spec.node.js";
import { codeOf } from "./work.node.js";

// Codes: PostgreSQL manual, appendix A.

/** Of a constraint that other rows decide. */
const conflicts = new Set(["23505", "23P01"]); // unique, exclusion

/**
 * What PostgreSQL says of a row, for its sender.
 * @param {unknown} error
 * @returns {{ column?: string, constraint?: string }}
 */
export function placeOf(error) {
  const { column, constraint, detail } = /** @type {any} */ (error ?? {});
  // A key's columns stand only in the detail, which is translated: Key (a, b)=(1, 2) already exists.
  const [, key] = /\(([^)]+)\)=\(/.exec(detail ?? "") ?? [];
  return { ...((column ?? key) && { column: column ?? key }), ...(constraint && { constraint }) };
}

/** @param {unknown} error @returns {"CONFLICT" | "BAD_ROW" | "FORBIDDEN" | undefined} undefined: not the row's fault */
export function rowCode(error) {
  const code = codeOf(error);
  if (conflicts.has(code)) return "CONFLICT";
  if (code === "42501") return "FORBIDDEN"; // privileges, row security
  // Integrity, data, types that do not fit, RAISE of a trigger, generated columns, WITH CHECK OPTION,
  // values too long for an index.
  return /^(22|23|P0001|44|428|42804|42883|42846|54000)/.test(code) ? "BAD_ROW" : undefined;
}

const statuses = { CONFLICT: 409, BAD_ROW: 422, FORBIDDEN: 403 };

/** @param {unknown} error @param {import("./spec.node.js").Change["kind"]} kind @returns {unknown} a refusal, or the error */
export function changeRefusal(error, kind) {
  if (error instanceof Refusal) return error;
  let code = rowCode(error);
  if (!code) return timedOut(error);
  if (kind === "delete" && codeOf(error) === "23503") code = "CONFLICT"; // others refer to it
  const { message } = /** @type {Error} */ (error);
  return new Refusal(statuses[code], code, message, {}, placeOf(error));
}

/** @param {unknown} error @returns {unknown} a refusal, or the error */
export function readRefusal(error) {
  if (error instanceof Refusal) return error;
  // A value that does not fit the column's type.
  if (/^(22|42804|42883|42846)/.test(codeOf(error))) {
    return badFilter(/** @type {Error} */ (error).message);
  }
  return timedOut(error);
}

/** @param {unknown} error */
const timedOut = (error) =>
  codeOf(error) === "57014"
    ? new Refusal(503, "TIMEOUT", "the statement took too long", { "retry-after": "1" })
    : error;

/** @param {Refusal} refusal @returns {import("./spec.node.js").Answer} */
export const refusedAnswer = ({ status, problem }) => ({ status, body: JSON.stringify(problem) });
