/**
 * The part of a kept response that a request wants. Several ranges, other units and an `If-Range`
 * that does not fit are answered with the whole, as RFC 9110 allows.
 * @param {Request} request @param {Response} whole 200 @returns {Promise<Response>}
 */
export async function part(request, whole) {
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("range")?.trim() ?? "");
  if (!range || range[0] === "bytes=-" || whole.type === "opaque" || !fits(request, whole))
    return whole;
  const blob = await whole.blob();
  const [, from, to] = range;
  const { size } = blob;
  const start = from ? Number(from) : Math.max(0, size - Number(to));
  const end = Math.min(size, from && to ? Number(to) + 1 : size);
  const headers = new Headers(whole.headers);
  headers.set("accept-ranges", "bytes");
  if (start >= end) {
    headers.set("content-range", `bytes */${size}`);
    headers.set("content-length", "0");
    return new Response(null, { status: 416, headers });
  }
  headers.set("content-range", `bytes ${start}-${end - 1}/${size}`);
  headers.set("content-length", String(end - start));
  return new Response(blob.slice(start, end), { status: 206, headers });
}

/** @param {Request} request @param {Response} whole */
function fits({ headers }, whole) {
  const condition = headers.get("if-range");
  if (!condition) return true;
  const name = /^(W\/)?"/.test(condition) ? "etag" : "last-modified";
  return !condition.startsWith("W/") && whole.headers.get(name) === condition;
}
