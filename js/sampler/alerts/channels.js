/** Where alerts go in addition to the event. */

/** @typedef {import("./alerts.js").Alert} Alert */
/** @typedef {"console" | { webhook: string } | ((alert: Alert) => void)} Channel */

/**
 * @param {unknown} channels
 * @returns {((alert: Alert) => void)[]}
 * @throws {TypeError} names the field
 */
export function parseChannels(channels) {
  if (!Array.isArray(channels)) throw new TypeError("channels must be an array");
  return channels.map((channel, at) => {
    if (channel === "console") return toConsole;
    if (typeof channel === "function") return channel;
    if (
      typeof channel?.webhook === "string" &&
      URL.canParse(channel.webhook, globalThis.location?.href)
    ) {
      return (/** @type {Alert} */ alert) => toWebhook(channel.webhook, alert);
    }
    throw new TypeError(`channels[${at}] must be "console", a function or { webhook: URL }`);
  });
}

/** @param {Alert} alert */
function toConsole({ state, rule, value }) {
  console.warn(`apus: alert ${state}: ${rule}, now ${value}`);
}

/** @param {string} url @param {Alert} alert */
function toWebhook(url, alert) {
  const body = JSON.stringify(alert);
  const headers = { "content-type": "application/json" };
  // A webhook that fails must not disturb the page.
  fetch(url, { method: "POST", body, headers, keepalive: true, credentials: "omit" }).catch(
    () => {},
  );
}
