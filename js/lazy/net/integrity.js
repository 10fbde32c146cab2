import { Failure } from "./failure.js";
import { hashesOf } from "./hashes.js";

/**
 * The response again, once its bytes match. (The browser's own check would
 * report a mismatch as a failure of the network.)
 * @param {string} url @param {Response} response
 * @param {string} integrity well-formed
 * @throws {Failure} `INTEGRITY_MISMATCH`
 */
export async function verified(url, response, integrity) {
  const bytes = await response.arrayBuffer();
  const hashes = hashesOf(integrity) ?? [];
  const { algorithm } = hashes[0];
  if (!globalThis.crypto?.subtle) {
    throw new Failure("INTEGRITY_UNSUPPORTED", `${url}: hashes need a secure context (https)`);
  }
  const digest = await crypto.subtle.digest(algorithm.replace("sha", "SHA-"), bytes);
  const found = btoa(String.fromCharCode(...new Uint8Array(digest)));
  if (!hashes.some(({ hash }) => hash === found)) {
    throw new Failure("INTEGRITY_MISMATCH", `${url}: has ${algorithm}-${found}, not ${integrity}`);
  }
  return new Response(bytes, { headers: response.headers });
}
