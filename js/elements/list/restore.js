import { once } from "../base.js";
import { whileConnected } from "./connected.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once();

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
 * the window's position after a reload: the list keeps its own place for the session.
 * @param {ListView} view
 */
export function restore(view) {
  const host = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  if (!first(host)) return;
  const store = () => {
    const above = (view.scroller?.position ?? -1) < 0;
    if (above) sessionStorage.removeItem(nameOf(host));
    else sessionStorage.setItem(nameOf(host), JSON.stringify(host.saveState()));
  };
  whileConnected(view, (signal) => {
    addEventListener("pagehide", () => attempt(store), { signal });
  });
  if (!again()) return;
  const back = () => {
    view.movers.delete(back);
    attempt(() => {
      const state = sessionStorage.getItem(nameOf(host));
      if (state) untilMoved(view, () => host.restoreState(JSON.parse(state)));
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
