/** The browser's estimate of the network, where it exposes one (Chromium). */

/** @typedef {{ type: string, rtt: number, downlink: number, saveData: boolean }} Connection */

/** @returns {Connection | undefined} */
export function connectionNow() {
  const { effectiveType, rtt, downlink, saveData } = networkInformation() ?? {};
  return effectiveType ? { type: effectiveType, rtt, downlink, saveData } : undefined;
}

/**
 * Reports the round-trip time whenever the connection changes.
 * @param {(rtt: number, type: string) => void} report
 * @returns {() => void} stops it
 */
export function connectionSource(report) {
  const connection = networkInformation();
  if (!connection?.addEventListener) return () => {};
  const changed = () => report(connection.rtt, connection.effectiveType);
  connection.addEventListener("change", changed);
  return () => connection.removeEventListener("change", changed);
}

function networkInformation() {
  return /** @type {any} */ (globalThis.navigator)?.connection;
}
