import { once, reflect, say } from "../base.js";
import { whenRemoved } from "./connected.js";
import { slotted } from "./slotted.js";

/** @typedef {import("./view.js").ListView<any>} ListView */

const first = once();

/** Sources that each list follows. @type {WeakMap<ListView, WeakSet<object>>} */
const followed = new WeakMap();

/**
 * Follows the splices of a source that fires them: one of nothing asks for the rows from there on again.
 * Those from before this part had loaded are caught up with.
 * @param {ListView} view
 */
function follow(view) {
  const { data } = view;
  const { source } = data;
  const sources = followed.get(view) ?? new WeakSet();
  followed.set(view, sources);
  if (!source?.addEventListener || sources.has(source)) return;
  sources.add(source);
  const list = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  source.addEventListener("splice", (event) => {
    if (data.source !== source) return;
    const { at, removed, inserted } = /** @type {CustomEvent} */ (event).detail;
    list.splice(at, removed, inserted);
    if (!removed && !inserted) view.rebind(at);
    // Rows before it may be of a page that is asked for again, and answered at once. After the
    // splices of the same change: until then the lengths differ.
    queueMicrotask(() => {
      if (data.source !== source || view.stale) return;
      for (const row of view.rows.list) if (row.element.dataset.state) view.renderer.bind(row);
      view.later();
    });
  });
  const more = (source.length ?? data.length) - data.length;
  list.splice(Math.min(data.length, data.length + more), Math.max(0, -more), Math.max(0, more));
  list.splice(0, 0, 0);
}

/**
 * Rows of pages that are loading or failed: `data-state="loading"` or `"error"`,
 * with a copy of the slot of that name. A feed is busy while one loads. Pressing a failed row fetches its page
 * again.
 * @param {ListView} view
 */
export function states(view) {
  const host = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  if (first(host)) {
    const size = () => host.style.setProperty("--apus-estimate", `${host.estimate}px`);
    new MutationObserver(size).observe(host, { attributeFilter: ["estimate"] });
    size();
    view.renderer.binders.add(({ element, index }) => {
      const state = view.data.state(index);
      if (state === "ready") {
        delete element.dataset.state;
        return false;
      }
      // The state alone may be older than this part.
      if (element.dataset.state !== state || !element.firstChild) {
        element.dataset.state = state;
        const text = state === "error" ? say(host, "Not loaded. Press to try again.") : "…";
        element.replaceChildren(slotted(host, state) ?? text);
      }
      return true;
    });
    let busy = false;
    view.followers.add(() => {
      if (host.getAttribute("role") !== "feed") return;
      const now = view.rows.list.some(({ index }) => view.data.state(index) === "loading");
      if (now !== busy) reflect(host, "aria-busy", now && "true");
      busy = now;
    });
    whenRemoved(view, () => {
      if (!view.data.source) return;
      view.data.window(-Infinity, -Infinity); // cancels its requests
      view.stale = true;
    });
    const retry = (/** @type {Event} */ { target }) => {
      const element = /** @type {Element} */ (target).closest('[data-state="error"]');
      const row = element && view.renderer.byElement.get(element);
      if (row) view.data.retry(row.index);
      if (row) view.rebind();
    };
    host.addEventListener("click", retry);
    host.addEventListener("keydown", (event) => {
      if (event.key === "Enter") retry(event);
    });
  }
  follow(view);
  if (view.data.source?.headers) import("./sticky.js").then(({ sticky }) => sticky(view));
  view.rebind();
}
