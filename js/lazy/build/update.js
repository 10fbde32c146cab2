/** Builds that the page was told of. @type {Set<string>} */
const told = new Set();

/**
 * Tells the page that the servers have another build, once for each: `apus-lazy:update` on the window,
 * with `detail.build` and `detail.apply()`. After `apply()` the next navigation within the page loads
 * the document instead, so that the whole page changes to the new build, and at no other time.
 * @param {string} build
 */
export function noticed(build) {
  if (told.has(build)) return;
  told.add(build);
  const detail = { build, apply };
  globalThis.dispatchEvent?.(new CustomEvent("apus-lazy:update", { detail }));
}

let applied = false;

/** The next navigation loads the document. Without a document it does nothing. */
export function apply() {
  if (applied || !globalThis.document) return;
  applied = true;
  let { pathname, search } = location;
  const moved = () => location.pathname !== pathname || location.search !== search;
  // Before any router: in the capture phase of the window.
  addEventListener(
    "popstate",
    (event) => {
      if (!moved()) return; // to a fragment
      event.stopImmediatePropagation();
      location.reload();
    },
    true,
  );
  addEventListener("click", passLink, true);
  const { navigation } = /** @type {any} */ (globalThis);
  navigation?.addEventListener("navigate", leave, true);
  navigation?.addEventListener("currententrychange", (/** @type {any} */ { navigationType }) => {
    if (navigationType === "replace") ({ pathname, search } = location);
  });
}

/** A link within the page: the browser follows it, no router. @param {MouseEvent} event */
function passLink(event) {
  const { button, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (button || altKey || ctrlKey || metaKey || shiftKey || event.defaultPrevented) return;
  const link = event
    .composedPath()
    .find((it) => it instanceof HTMLAnchorElement && it.href && !it.download);
  if (link && leads(/** @type {HTMLAnchorElement} */ (link).href)) event.stopImmediatePropagation();
}

/** A router's `pushState`. @param {any} event NavigateEvent */
function leave(event) {
  const { navigationType, destination, canIntercept, cancelable, downloadRequest } = event;
  if (navigationType !== "push" || !canIntercept || downloadRequest !== null) return;
  if (!leads(destination.url)) return;
  event.stopImmediatePropagation(); // no router intercepts it
  if (!destination.sameDocument || !cancelable) return;
  event.preventDefault();
  location.assign(destination.url);
}

/** Whether a URL leads to another document of this site. @param {string} href */
function leads(href) {
  const { origin, pathname, search } = new URL(href, location.href);
  const here = location;
  return origin === here.origin && (pathname !== here.pathname || search !== here.search);
}
