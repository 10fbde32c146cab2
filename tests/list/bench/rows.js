// Mounts one list, from a cold page, and watches its rows from outside.
const query = new URLSearchParams(location.search);
const name = query.get("peer");
const count = Number(query.get("rows"));
const root = document.getElementById("root");
const data = query.has("source") ? undefined : Array.from({ length: count }, (_, i) => i);

const state = { errors: 0, samples: 0, blank: 0, peer: undefined };
window.state = state;
addEventListener("error", ({ message }) => {
  if (/ResizeObserver loop/.test(message)) state.errors++;
});

/** How many px of the viewport no row covers. */
function uncovered() {
  const box = root.getBoundingClientRect();
  let free = box.height;
  for (const row of root.getElementsByClassName("row")) {
    const { top, bottom } = row.getBoundingClientRect();
    free -= Math.max(0, Math.min(bottom, box.bottom) - Math.max(top, box.top));
  }
  return Math.max(0, free);
}
window.uncovered = uncovered;

// The compositor's picture when a frame begins, before scroll events.
addEventListener(
  "scroll",
  () => {
    if (!state.sampling) return;
    state.samples++;
    const free = uncovered();
    state.blank += free > 1 ? free / root.clientHeight : 0;
  },
  true,
);

// Changes that the list makes to the scroller's position are not the user's.
let set = 0;
for (const name of ["scrollTo", "scrollBy", "scroll"]) {
  const native = Element.prototype[name];
  Element.prototype[name] = function (...args) {
    const before = this.scrollTop;
    native.apply(this, args);
    set += this.scrollTop - before;
  };
}
const { get, set: assign } = Object.getOwnPropertyDescriptor(Element.prototype, "scrollTop");
Object.defineProperty(Element.prototype, "scrollTop", {
  configurable: true,
  get,
  set(value) {
    const before = get.call(this);
    assign.call(this, value);
    set += get.call(this) - before;
  },
});

/** Calls back at the end of every frame: after layout, observers and paint. */
function everyFrame(look) {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    if (look() !== false) requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  requestAnimationFrame(() => channel.port2.postMessage(0));
}

/**
 * Px that the first visible row moves from frame to frame, beyond the user's scrolling.
 * Calls `disturb` between frames, after the measurement: otherwise its changes would be
 * measured before the browser has notified the list and painted.
 */
window.track = (disturb) => {
  const { scroller, index } = state.peer;
  const steps = [];
  let before = new Map();
  let scrolled = scroller.scrollTop;
  let setBefore = set;
  state.tracking = true;
  everyFrame(() => {
    if (!state.tracking) return false;
    const box = root.getBoundingClientRect();
    const now = new Map();
    for (const row of root.getElementsByClassName("row")) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > box.top && top < box.bottom) now.set(identity(row, index), top);
    }
    const scrollTop = get.call(scroller);
    // The first row that began in view in both frames must not jump.
    const kept = [...before]
      .filter(([id, top]) => now.has(id) && top >= box.top)
      .sort((a, b) => a[1] - b[1])[0];
    if (kept) steps.push([now.get(kept[0]) - kept[1], scrolled - scrollTop + set - setBefore]);
    before = now;
    scrolled = scrollTop;
    setBefore = set;
    disturb?.();
    return true;
  });
  return new Promise((resolve) => {
    window.stopTracking = () => {
      state.tracking = false;
      resolve(steps);
    };
  });
};
const identity = (row) => row.textContent;

const start = performance.now();
window.t0 = start;
const { default: mount } = await import(`/bundles/${name}.js`);
state.peer = mount(root, count, data);
await new Promise((resolve) => {
  const channel = new MessageChannel();
  const look = () => {
    if (root.getElementsByClassName("row").length && uncovered() < 1) resolve();
    else channel.port2.postMessage(0);
  };
  channel.port1.onmessage = look;
  look();
});
state.mounted = performance.now() - start;
