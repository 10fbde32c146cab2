import { fail, once } from "../base.js";

/** @typedef {import("./view.js").ListView<any>} ListView */
/** @typedef {import("../../list/mounted-rows.js").Row<HTMLElement>} Row */

const first = once("::slotted([data-sticky]){position:sticky;top:var(--apus-push,0px);z-index:1}");

/** Looks for the headers of each list again. @type {WeakMap<HTMLElement, () => void>} */
const finders = new WeakMap();

/**
 * Sticky headers: the header of the rows at the edge stays mounted and sticks to
 * the edge until the next header pushes it out. The browser moves headers, so
 * they do not flicker.
 * @param {ListView} view
 */
export function sticky(view) {
  const { host } = view;
  if (first(host)) {
    finders.set(host, follow(view));
    let push = 0;
    let stuck = -1;
    const place = (/** @type {Row} */ { element, index }) => {
      // Those before the one that sticks have left.
      const px = index < stuck ? -1e6 : index === stuck ? -push : 0;
      element.style.setProperty("--apus-push", `${px}px`);
    };
    view.followers.add((frame) => {
      if (frame.push === push && frame.stuck === stuck) return;
      ({ push, stuck } = frame);
      view.rows.list.forEach(place);
    });
    view.splicers.add(() => {
      stuck = -2; // rows have other numbers: all are placed again
    });
    const bind = (/** @type {Row} */ row) => {
      place(row);
      return false;
    };
    view.renderer.binders = new Set([bind, ...view.renderer.binders]); // also rows that are loading
  }
  finders.get(host)?.();
  view.rebind();
}

/**
 * Follows which rows are headers: of items, by `isHeader` for each new one; of a source, by its
 * `headers`, or by `isHeader` for the rows that have loaded.
 * @param {ListView} view @returns {() => void} starts again
 */
function follow(view) {
  const host = /** @type {import("./apus-list.js").ApusList} */ (view.host);
  const { data } = view;
  /** Ascending; of a source, those that are known. @type {Uint32Array} */
  let headers = new Uint32Array();
  let arrivals = 0;
  let asked = 0;

  const set = () => {
    view.list?.setHeaders(headers.subarray(0, place(headers, data.length)));
    view.start = -1; // the next frame mounts the one that sticks
    view.later();
  };
  const next = (/** @type {number} */ row) =>
    data.state(row) === "ready" ? row : data.nearest(row);
  /** Asks about the rows that can be read. */
  const look = () => {
    arrivals = data.arrivals;
    const known = new Set(data.source ? headers : []);
    for (let i = next(0); i >= 0 && i < data.length; i = next(i + 1)) {
      if (host.isHeader?.(data.get(i), i)) known.add(i);
      else known.delete(i);
    }
    headers = Uint32Array.from(known).sort();
    set();
  };
  const ask = async () => {
    const now = ++asked;
    try {
      const answer = await data.source?.headers?.();
      if (now !== asked) return;
      headers = Uint32Array.from(answer ?? []).sort();
      set();
      view.rebind();
    } catch (error) {
      fail(host, { index: -1, item: undefined, error });
    }
  };
  const find = () => {
    asked++;
    if (data.source?.headers) ask();
    else look();
  };

  view.splicers.add((at, removed, inserted) => {
    const grown = data.open && !removed && at + inserted === data.length;
    if (grown && data.source?.headers) return set();
    const before = headers.subarray(0, place(headers, at));
    const after = headers.subarray(place(headers, at + removed));
    const fresh = [];
    if (!data.source) {
      for (let i = at; i < at + inserted; i++) if (host.isHeader?.(data.get(i), i)) fresh.push(i);
    }
    const moved = after.map((row) => row + inserted - removed);
    headers = new Uint32Array(before.length + fresh.length + moved.length);
    headers.set(before);
    headers.set(fresh, before.length);
    headers.set(moved, before.length + fresh.length);
    // A splice that changes no row: items may have changed in place.
    if (data.source || !(removed || inserted)) find();
    else set();
  });
  view.followers.add(() => {
    if (!data.source || data.source.headers || arrivals === data.arrivals) return;
    arrivals = data.arrivals;
    queueMicrotask(look); // after this frame
  });
  /** @param {Row} row @param {unknown} item */
  const bind = ({ element, index }, item) => {
    const asks = data.source && !data.source.headers && data.state(index) === "ready";
    const is = asks ? host.isHeader?.(item, index) : headers[place(headers, index)] === index;
    element.toggleAttribute("data-sticky", Boolean(is));
    return false;
  };
  view.renderer.binders = new Set([bind, ...view.renderer.binders]); // also rows that are loading
  return find;
}

/** The index of the first of ascending `rows` from `row` on. O(log rows). @param {Uint32Array} rows @param {number} row */
function place(rows, row) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
