/** What a server might log. @param {number} n */
export const lineOf = (n) => ({
  n,
  level: n % 10 ? "info" : "warn",
  text: `request ${n} of tenant ${n % 97} took ${n % 313} ms`,
});
