/**
 * Every failure that Apus reports is an `ApusError` with a stable `code`, or a
 * native `TypeError`/`RangeError` for a bad argument.
 *
 * | code | when |
 * |---|---|
 * | `WASM_UNAVAILABLE` | the WebAssembly module could not be fetched, compiled or is blocked by the page's CSP |
 * | `CLOSED` | the object was used after `close()` or `dispose()` |
 *
 * Rooms add their own codes, listed in their facades. demo/docs/errors.md has a paragraph a code: what it
 * means and what to do.
 *
 * @see https://github.com/apus-runtime/apus/blob/main/demo/docs/errors.md
 */
export class ApusError extends Error {
  /**
   * @param {string} code stable, upper case
   * @param {string} message for people; may change
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }

  /** @override */
  get name() {
    return "ApusError";
  }
}
