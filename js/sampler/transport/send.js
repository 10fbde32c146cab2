/** Sends one request to the collector and interprets the answer. */

/**
 * @typedef {{ outcome: "delivered" } | { outcome: "refused", reason: string }
 *   | { outcome: "later", reason: string, after?: number }} Answer `after`: ms that the collector asked to wait
 */

const compressFrom = 1000; // bytes; smaller bodies gain nothing

/**
 * @param {import("./options.js").Transport} transport
 * @param {string} body
 * @returns {Promise<Answer>} never rejects
 */
export async function send(transport, body) {
  const { url, headers, timeout, fetch } = transport;
  try {
    const gzip = transport.compress && body.length >= compressFrom && globalThis.CompressionStream;
    const response = await fetch(url, {
      method: "POST",
      body: gzip ? await compressed(body) : body,
      headers: {
        "content-type": "application/json",
        ...(gzip && { "content-encoding": "gzip" }),
        ...headers,
      },
      credentials: "omit",
      // A collector must not redirect visitors' numbers elsewhere.
      redirect: "error",
      signal: AbortSignal.timeout(timeout),
    });
    // Only the status matters.
    response.body?.cancel().catch(() => {});
    if (response.ok) return { outcome: "delivered" };
    const reason = `HTTP ${response.status}`;
    if (response.status >= 500 || response.status === 429 || response.status === 408) {
      return { outcome: "later", reason, after: retryAfter(response.headers.get("retry-after")) };
    }
    return { outcome: "refused", reason };
  } catch (error) {
    return { outcome: "later", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @param {string} text @returns {Promise<Blob>} */
function compressed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).blob();
}

/** @param {string | null} header seconds or a date @returns {number | undefined} ms */
export function retryAfter(header) {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return ms >= 0 ? Math.min(ms, 3_600_000) : undefined;
}
