import { Failure } from "./failure.js";
import { hashesOf } from "./hashes.js";

/**
 * Returns the response once its bytes match. (The browser's own check would
 * report a mismatch as a network failure.)
 * @param {string} url @param {Response} response
 * @param {string} integrity well-formed
 * @throws {Failure} `INTEGRITY_MISMATCH`
 */
export async function verified(url, response, integrity) {
  const bytes = await response.arrayBuffer();
  const hashes = hashesOf(integrity) ?? [];
  const { algorithm } = hashes[0];
  if (!globalThis.crypto?.subtle) {
    throw new Failure(
      "INTEGRITY_UNSUPPORTED",
      `${url}: checking integrity needs a secure context (https)`,
    );
  }
  const digest = await crypto.subtle.digest(algorithm.replace("sha", "SHA-"), bytes);
  const found = btoa(String.fromCharCode(...new Uint8Array(digest)));
  if (!hashes.some(({ hash }) => hash === found)) {
    throw new Failure(
      "INTEGRITY_MISMATCH",
      `${url}: the hash is ${algorithm}-${found}, expected ${integrity}`,
    );
  }
  return new Response(bytes, { headers: response.headers });
}
