const KEY = "apus-lazy-reloaded";
/** Reloads to remember, and how many are allowed within RECENT ms. */
const KEPT = 100;
const MOST = 3;
const RECENT = 60_000;

/**
 * Tells the page that its build is older than the server's: a module is gone
 * and has no successor. Dispatches `apus-lazy:stale` on the window, whose
 * `detail.reload()` reloads the page: once a session for each module,
 * regardless of its query, and at most three times a minute, so it never
 * loops. Otherwise `reload()` returns false.
 *
 * @template T
 * @param {T} error @param {string} url as the page passed it
 * @returns {T} the error, for the caller to throw
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
      return false; // without storage it might loop
    }
    location.reload();
    return true;
  };
  const detail = { url, error, reload, reloaded: known() };
  globalThis.dispatchEvent?.(new CustomEvent("apus-lazy:stale", { detail }));
  return error;
}

/** @returns {[string, number][]} files that caused a reload in this session, and when */
function seen() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return kept.filter((/** @type {any} */ it) => Array.isArray(it) && Number.isFinite(it[1]));
  } catch {
    return []; // not ours
  }
}
