import { Failure } from "./failure.js";

/**
 * @param {string} url @param {string[]} [origins] allowed ones; default: all
 * @throws {Failure} `ORIGIN_REFUSED`
 */
export function checkOrigin(url, origins) {
  const { protocol, origin } = new URL(url);
  if (!origins || (/^https?:$/.test(protocol) && origins.includes(origin))) return;
  throw new Failure(
    "ORIGIN_REFUSED",
    `${url.slice(0, 200)}: markup may load from this origin only, unless lazyDefaults({ origins }) allows others`,
  );
}

/**
 * Refuses a redirect out of the allowed origins. A detour through another
 * origin and back leaves its mark: the type "cors".
 * @param {string} url @param {Response} response
 * @param {string} at the URL that answered @param {string[]} [origins]
 * @throws {Failure} `ORIGIN_REFUSED`
 */
export function checkRedirect(url, response, at, origins) {
  if (!origins) return;
  const own = new URL(url).origin === globalThis.origin;
  if (!origins.includes(new URL(at).origin) || (own && response.type === "cors")) {
    throw new Failure("ORIGIN_REFUSED", `${url}: redirected to another origin`);
  }
}
