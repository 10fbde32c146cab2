/** One hash as in HTML. Options after "?" are allowed; they have no meaning yet. */
const form = /^(sha(?:256|384|512))-([\w+/-]+={0,2})(?:\?[!-~]*)?$/;

/**
 * The hashes of an integrity string. (HTML ignores unknown hashes; here a hash
 * that cannot be checked is an error.)
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
