/**
 * The lines of a grid. The engine sees each line as one row, as high as the
 * highest row in it. With one row across, lines are rows.
 */
export class Lines {
  /** Rows in a line. */
  across = 1;
  /** Rows in the grid. */
  rows = 0;

  /** @param {number} row @returns {number} its line */
  of(row) {
    return Math.floor(row / this.across);
  }

  /** The number of lines, also for another `across`. @param {number} [across] */
  count(across = this.across) {
    return Math.ceil(this.rows / across);
  }

  /**
   * Turns a splice of rows into one of lines. Rows after it move to other lines,
   * which are measured when they are rendered.
   * @param {number} at @param {number} removed @param {number} inserted
   * @returns {[at: number, removed: number, inserted: number]} the same in lines; the caller
   *   updates `rows`
   */
  splice(at, removed, inserted) {
    const { across } = this;
    const lines = this.count();
    if (across === 1) return [at, removed, inserted];
    const more = Math.ceil((this.rows + inserted - removed) / across) - lines;
    // After the line that rows before `at` are in: it stays.
    const first = Math.ceil(at / across);
    const end = at + removed === this.rows ? lines : Math.floor((at + removed) / across);
    const less = Math.max(end - first, -more, 0);
    return [Math.min(first, lines - less), less, less + more];
  }

  /** Turns a frame of lines into one of rows. @param {import("./frame.js").Frame} frame */
  widen(frame) {
    const { across, rows } = this;
    if (across === 1) return;
    frame.start *= across;
    frame.first *= across;
    frame.end = Math.min(frame.end * across, rows);
    frame.last = Math.min((frame.last + 1) * across, rows) - 1;
  }
}
