/** Sends one request to the collector and interprets the answer. */

/**
 * @typedef {{ outcome: "delivered" } | { outcome: "refused" | "large", reason: string }
 *   | { outcome: "later", reason: string, after?: number }} Answer `large`: a lighter batch may be taken; `after`: ms
 *   that the collector asked to wait
 */

/** @typedef {import("./options.js").Transport} Transport */

const compressFrom = 1000; // bytes; smaller bodies gain nothing

/** Answers that are a verdict on the data. All others may come from a proxy, or during a deploy. */
const verdicts = [400, 406, 415, 422];

/**
 * @param {Transport} transport its `compress` is turned off once only plain bodies are taken
 * @param {string} body
 * @returns {Promise<Answer>} never rejects
 */
export async function send(transport, body) {
  const gzip = transport.compress && body.length >= compressFrom && !!globalThis.CompressionStream;
  try {
    const response = await post(transport, body, gzip).catch((error) => {
      if (gzip && mayLackCors(transport.url, error)) return undefined;
      throw error;
    });
    if (response && (response.status !== 415 || !gzip)) return answerOf(response);
    const plain = await post(transport, body, false);
    transport.compress = false;
    return answerOf(plain);
  } catch (error) {
    return { outcome: "later", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @param {Transport} transport @param {string} body @param {boolean} gzip @returns {Promise<Response>} */
async function post({ url, headers, timeout, credentials, fetch }, body, gzip) {
  const response = await fetch(url, {
    method: "POST",
    body: gzip ? await compressed(body) : body,
    headers: {
      "content-type": "application/json",
      ...(gzip && { "content-encoding": "gzip" }),
      ...headers,
    },
    credentials,
    // A collector must not redirect visitors' numbers elsewhere.
    redirect: "error",
    signal: AbortSignal.timeout(timeout),
  });
  // Only the status matters.
  response.body?.cancel().catch(() => {});
  return response;
}

/** @param {Response} response @returns {Answer} */
function answerOf({ ok, status, headers }) {
  if (ok) return { outcome: "delivered" };
  const reason = `HTTP ${status}`;
  if (status === 413) return { outcome: "large", reason };
  if (verdicts.includes(status)) return { outcome: "refused", reason };
  return { outcome: "later", reason, after: retryAfter(headers.get("retry-after")) };
}

/**
 * Whether the collector of another origin may have refused the header `content-encoding`, which a
 * page cannot tell from a failed connection.
 * @param {string} url @param {unknown} error
 */
function mayLackCors(url, error) {
  const { location, navigator } = globalThis;
  return (
    error instanceof TypeError &&
    location !== undefined &&
    navigator.onLine !== false &&
    new URL(url).origin !== location.origin
  );
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
