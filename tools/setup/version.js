/**
 * @param {string} text text that contains a version, such as `"3.1.70-git"`
 * @returns {number[] | undefined} major, minor, patch
 */
export function parseVersion(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/**
 * @param {string} text
 * @param {string} least
 * @returns {boolean} whether the version in text is at least that one; false if there is none
 */
export function isAtLeast(text, least) {
  const have = parseVersion(text);
  const want = parseVersion(least);
  if (!have || !want) return false;
  for (let i = 0; i < 3; i++) {
    if (have[i] !== want[i]) return have[i] > want[i];
  }
  return true;
}
