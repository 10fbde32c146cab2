import { promisify } from "node:util";
import zlib from "node:zlib";

const SMALLEST = 512; // bytes; below, the headers cost more than is won

/** The best first. zstd came with Node 22.15. */
const encoders = /** @type {[string, (body: Uint8Array) => Promise<Uint8Array>][]} */ (
  Object.entries({
    zstd: /** @type {any} */ (zlib).zstdCompress,
    gzip: zlib.gzip,
  })
    .filter(([, compress]) => compress)
    .map(([name, compress]) => [name, promisify(compress)])
);

/** Whether bodies of a content type get smaller. @param {string} type */
export const compressible = (type) =>
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript))/.test(type);

/**
 * The response in an encoding that the client accepts, when that makes it smaller.
 * @param {Request} request @param {Response} response
 * @returns {Promise<Response>}
 */
export async function compressed(request, response) {
  const { headers, status, body } = response;
  if (!body || headers.has("content-encoding")) return response;
  const type = headers.get("content-type") ?? "";
  // A stream of events does not end.
  if (!compressible(type) || type.startsWith("text/event-stream")) return response;
  const accepted = acceptedOf(request.headers.get("accept-encoding") ?? "");
  const plain = new Uint8Array(await response.arrayBuffer());
  for (const [name, compress] of encoders) {
    if (plain.byteLength < SMALLEST || !accepted.has(name)) continue;
    const packed = await compress(plain);
    if (packed.byteLength >= plain.byteLength) break;
    headers.set("content-encoding", name);
    return new Response(/** @type {Uint8Array<ArrayBuffer>} */ (packed), { status, headers });
  }
  return new Response(plain, { status, headers });
}

/** The names of a header that are not refused by `q=0` (RFC 9110, 12.5.3). @param {string} header */
function acceptedOf(header) {
  const names = new Set();
  for (const item of header.split(",")) {
    const [name, ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) names.add(name);
  }
  return names;
}
