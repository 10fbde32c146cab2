import { checkOptions, integerIn, numberIn, string } from "../../core/check.js";

/**
 * @typedef {object} Registration
 * @property {string} service its name, up to 128 characters
 * @property {string} [id] of this server of it, up to 64 characters; default: random
 * @property {string} [url] where clients find it: http, https, ws or wss; only gateways may have none
 * @property {number} [weight] 1 to 100; default 1
 * @property {unknown} [meta] JSON of up to 4 kB; default `null`
 *
 * @typedef {Required<Registration> & { since: number, leaving?: boolean }} Service `since`: ms since 1970
 *
 * @typedef {object} RegistryOptions
 * @property {string} [url] under which clients find this gateway, which registers as `gateway`; default:
 *   it is registered without one
 * @property {number} [weight] of it
 * @property {unknown} [meta]
 * @property {number} [lease] ms after which a process that does not renew has failed; default 10,000
 */

/** @param {number} most @returns {import("../../core/check.js").Check} */
const text = (most) => (value, name) => {
  string(value, name);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is refused
  if (value === "" || value.length > most || /[\u0000-\u001f\u007f]/.test(value)) {
    throw new RangeError(`${name} must have 1 to ${most} characters and no control characters`);
  }
};

/** @type {import("../../core/check.js").Check} */
function url(value, name) {
  string(value, name);
  const { protocol = "" } = URL.canParse(value) ? new URL(value) : {};
  if (value.length > 2000 || !/^(?:https?|wss?):$/.test(protocol)) {
    throw new TypeError(`${name} must be a URL of http, https, ws or wss`);
  }
}

/** @type {import("../../core/check.js").Check} */
function meta(value, name) {
  const json = JSON.stringify(value);
  if (json === undefined || json.length > 4096)
    throw new RangeError(`${name} must be JSON of up to 4 kB`);
}

const weight = integerIn(1, 100);
const registrationChecks = { service: text(128), id: text(64), url, weight, meta };
const registryChecks = { url, weight, meta, lease: numberIn(100, 3_600_000) };

/** @param {unknown} options @param {string} name */
export const checkRegistry = (options, name) => checkOptions(name, options, registryChecks);

/** @param {Registration & { id: string }} registration @param {number} since @returns {Service} */
export function registered(registration, since) {
  const where = "register";
  checkOptions(where, registration, registrationChecks);
  const { service, id, url = "", weight = 1, meta = null } = registration;
  registrationChecks.service(service, `${where}: service`);
  registrationChecks.id(id, `${where}: id`);
  if (service !== "gateway") registrationChecks.url(url, `${where}: url`);
  return { service, id, url, weight, meta, since };
}
