/** Primes up to 10,000, by the sieve of Eratosthenes. */
const primes = (() => {
  const found = [];
  const composite = new Uint8Array(10_001);
  for (let n = 2; n < composite.length; n++) {
    if (composite[n]) continue;
    found.push(n);
    for (let multiple = n * n; multiple < composite.length; multiple += n) composite[multiple] = 1;
  }
  return found;
})();

/**
 * By trial division: at most 1,229 divisions, a few microseconds.
 * @param {number} n from 1 to 100,000,000
 * @returns {[prime: number, power: number][]} smallest first; none for 1
 */
export function factors(n) {
  /** @type {[number, number][]} */
  const found = [];
  let rest = n;
  for (const prime of primes) {
    if (prime * prime > rest) break;
    let power = 0;
    while (rest % prime === 0) {
      rest /= prime;
      power++;
    }
    if (power > 0) found.push([prime, power]);
  }
  if (rest > 1) found.push([rest, 1]);
  return found;
}
