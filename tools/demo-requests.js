// What the servers of the demos have in common.

/**
 * Whether a request comes from a page of this server.
 * @param {Record<string, string | string[] | undefined>} headers
 */
export function sameOrigin({ origin, host }) {
  const [, name] = /^(localhost|127\.0\.0\.1)(?::\d+)?$/.exec(String(host)) ?? [];
  return name !== undefined && origin === `http://${host}`;
}

/** @param {import("node:http").ServerResponse} response @param {number} status @param {object} body */
export function send(response, status, body) {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
