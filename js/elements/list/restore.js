import { once } from "../base.js";
import { whileConnected } from "./connected.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once();

/** Characters of JSON: storage has room for 5 million, for all of a page's data. */
const most = 200_000;

/** Whether this document was loaded again, and scrolls back. */
const again = () => {
  const [entry] = performance.getEntriesByType("navigation");
  const { type } = /** @type {PerformanceNavigationTiming} */ (entry ?? {});
  return /reload|back_forward/.test(type) && history.scrollRestoration === "auto";
};

/** The list's name in this entry of the session's history. @param {HTMLElement} host */
function nameOf(host) {
  const { currentEntry } = /** @type {any} */ (globalThis).navigation ?? {};
  const index = [...document.querySelectorAll("apus-list[scroller=window]")].indexOf(host);
  return `apus-list ${currentEntry?.key ?? location.href} ${host.id || index}`;
}

/**
 * A list in a window is as long as its rows, which are not measured yet when the browser restores
 * the window's position after a reload: the list keeps its own place for the session, and the sizes
 * of its rows, unless they are too many.
 * @param {ListView} view
 */
export function restore(view) {
  const host = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  if (!first(host)) return;
  /** @type {typeof import("./sizes.js") | undefined} */
  let part;
  const sizing = import("./sizes.js").then(
    (loaded) => {
      part = loaded;
    },
    () => {}, // the place alone is kept
  );
  const store = () => {
    const above = (view.scroller?.position ?? -1) < 0;
    if (above) return sessionStorage.removeItem(nameOf(host));
    const state = host.saveState();
    const all = JSON.stringify({ ...state, sizes: part?.saveSizes(host) });
    sessionStorage.setItem(nameOf(host), all.length < most ? all : JSON.stringify(state));
  };
  whileConnected(view, (signal) => {
    addEventListener("pagehide", () => attempt(store), { signal });
  });
  if (!again()) return;
  const back = () => {
    view.movers.delete(back);
    attempt(() => {
      const state = sessionStorage.getItem(nameOf(host));
      if (!state) return;
      const { sizes, ...place } = JSON.parse(state);
      untilMoved(view, () => host.restoreState(place));
      if (sizes) sizing.then(() => attempt(() => part?.restoreSizes(host, sizes)));
    });
  };
  view.movers.add(back); // once it is connected, the engine has its rows
}

/**
 * Acts as soon as the list has rows, unless the user has begun to scroll by then.
 * @param {ListView} view @param {() => void} action
 */
function untilMoved(view, action) {
  const moved = new AbortController();
  const end = () => {
    moved.abort();
    view.splicers.delete(arrived);
  };
  const arrived = () => {
    if (!view.list?.size) return;
    end();
    action();
  };
  for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(type, end, { signal: moved.signal, passive: true });
  }
  view.splicers.add(arrived);
  arrived();
}

/** Storage may be refused: then the list opens at its top. @param {() => void} action */
function attempt(action) {
  try {
    action();
  } catch {}
}
