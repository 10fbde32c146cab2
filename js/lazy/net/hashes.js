/** One hash as HTML writes it, options included, which have no meaning yet. */
const form = /^(sha(?:256|384|512))-([\w+/-]+={0,2})(?:\?[!-~]*)?$/;

/**
 * What an integrity string allows. (HTML ignores what it does not know; here
 * a hash that could not be checked is an error.)
 * @param {unknown} integrity as in HTML: "sha384-…", several separated by spaces
 * @returns {{ algorithm: string, hash: string }[] | undefined} of the strongest algorithm, hashes in base64;
 *   `undefined` when it is malformed
 */
export function hashesOf(integrity) {
  if (typeof integrity !== "string") return undefined;
  const hashes = [];
  for (const word of integrity.trim().split(/\s+/)) {
    const [, algorithm, hash] = form.exec(word) ?? [];
    if (!algorithm) return undefined;
    hashes.push({ algorithm, hash: hash.replaceAll("-", "+").replaceAll("_", "/") });
  }
  const strongest = hashes.reduce((best, { algorithm: it }) => (it > best ? it : best), "");
  return hashes.filter(({ algorithm }) => algorithm === strongest);
}
