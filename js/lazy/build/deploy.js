const KEY = "apus-lazy-reloaded";
/** Reloads that are remembered; and how many there may be in a time, ms, whatever they are for. */
const KEPT = 100;
const MOST = 3;
const RECENT = 60_000;

/**
 * Tells the page that it is of an older build than the server: a module is
 * gone and there is nothing in its place. The window gets an event
 * `apus-lazy:stale` whose `detail.reload()` reloads the page, once in a session
 * for each module, whatever its query, and at most three times a minute, so
 * that it never loops; else it returns false.
 *
 * @template T
 * @param {T} error @param {string} url as the page gave it
 * @returns {T} the error, to be thrown
 */
export function announce(error, url) {
  const file = url.replace(/[?#].*/s, "");
  const known = () => seen().some(([other]) => other === file);
  const reload = () => {
    const now = Date.now();
    const times = seen();
    const recent = times.filter(([, time]) => Math.abs(now - time) < RECENT);
    if (known() || recent.length >= MOST) return false;
    try {
      sessionStorage.setItem(KEY, JSON.stringify([...times.slice(1 - KEPT), [file, now]]));
    } catch {
      return false; // without a memory it might loop
    }
    location.reload();
    return true;
  };
  const detail = { url, error, reload, reloaded: known() };
  globalThis.dispatchEvent?.(new CustomEvent("apus-lazy:stale", { detail }));
  return error;
}

/** @returns {[string, number][]} files for which the page was reloaded in this session, and when */
function seen() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return kept.filter((/** @type {any} */ it) => Array.isArray(it) && Number.isFinite(it[1]));
  } catch {
    return []; // nothing of ours
  }
}
