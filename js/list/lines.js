/**
 * The lines of a grid. The engine knows each as one row, as high as the
 * highest in it. With one row across, lines are rows.
 */
export class Lines {
  /** Rows beside each other. */
  across = 1;
  /** Rows in all. */
  rows = 0;

  /** @param {number} row @returns {number} its line */
  of(row) {
    return Math.floor(row / this.across);
  }

  /** How many there are, or would be. @param {number} [across] */
  count(across = this.across) {
    return Math.ceil(this.rows / across);
  }

  /**
   * Rows are replaced. Those after move to other lines, whose sizes show anew
   * when they are seen.
   * @param {number} at @param {number} removed @param {number} inserted
   * @returns {[at: number, removed: number, inserted: number]} what it is in lines;
   *   `rows` is the caller's to change
   */
  splice(at, removed, inserted) {
    const { across } = this;
    const lines = this.count();
    if (across === 1) return [at, removed, inserted];
    const more = Math.ceil((this.rows + inserted - removed) / across) - lines;
    const less = Math.max(-more, 0);
    return [Math.min(this.of(at), lines - less), less, Math.max(more, 0)];
  }

  /** A frame of lines becomes one of rows. @param {import("./frame.js").Frame} frame */
  widen(frame) {
    const { across, rows } = this;
    if (across === 1) return;
    frame.start *= across;
    frame.first *= across;
    frame.end = Math.min(frame.end * across, rows);
    frame.last = Math.min((frame.last + 1) * across, rows) - 1;
  }
}
