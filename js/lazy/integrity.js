import { Failure } from "./failure.js";

/**
 * The response again, once its bytes match. (The browser's own check would
 * report a mismatch as a failure of the network.)
 * @param {string} url @param {Response} response
 * @param {string} integrity as in HTML: "sha384-…", several separated by spaces
 * @throws {Failure} `INTEGRITY_MISMATCH`
 */
export async function verified(url, response, integrity) {
  const bytes = await response.arrayBuffer();
  const hashes = integrity
    .trim()
    .split(/\s+/)
    .map((hash) => hash.split("-"));
  // Of several algorithms only the strongest counts, as in HTML.
  const strongest = hashes.reduce((best, [name]) => (name > best ? name : best), "");
  const digest = await crypto.subtle.digest(strongest.replace("sha", "SHA-"), bytes);
  const found = btoa(String.fromCharCode(...new Uint8Array(digest)));
  if (!hashes.some(([name, hash]) => name === strongest && hash?.split("?")[0] === found)) {
    throw new Failure("INTEGRITY_MISMATCH", `${url}: has ${strongest}-${found}, not ${integrity}`);
  }
  return new Response(bytes, { headers: response.headers });
}
