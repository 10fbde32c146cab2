const KEY = "apus-lazy-reloaded";

/**
 * Tells the page that it is of an older build than the server: a module is
 * gone and there is nothing in its place. The window gets an event
 * `apus-lazy:stale` whose `detail.reload()` reloads the page, once in a session
 * for each module, so that it never loops; it returns false the second time.
 *
 * @template T
 * @param {T} error @param {string} url as the page gave it
 * @returns {T} the error, to be thrown
 */
export function announce(error, url) {
  const reload = () => {
    const reloaded = seen();
    if (reloaded.includes(url)) return false;
    try {
      sessionStorage.setItem(KEY, JSON.stringify([...reloaded.slice(-99), url]));
    } catch {
      return false; // without a memory it might loop
    }
    location.reload();
    return true;
  };
  const detail = { url, error, reload, reloaded: seen().includes(url) };
  globalThis.dispatchEvent?.(new CustomEvent("apus-lazy:stale", { detail }));
  return error;
}

/** @returns {string[]} URLs for which the page was reloaded in this session */
function seen() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}
