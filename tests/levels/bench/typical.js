/** The lower quartile: other programs on the machine only ever make a measurement longer. @param {number[]} times */
export const typical = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 4)];
