import { Failure } from "./failure.js";

/**
 * @param {string} url @param {string[]} [origins] default: all
 * @throws {Failure} `ORIGIN_REFUSED`
 */
export function allow(url, origins) {
  const { protocol, origin } = new URL(url);
  if (!origins || (/^https?:$/.test(protocol) && origins.includes(origin))) return;
  throw new Failure(
    "ORIGIN_REFUSED",
    `${url.slice(0, 200)}: markup may load from this origin only, unless lazyDefaults({ origins }) allows another`,
  );
}
