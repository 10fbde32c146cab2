/**
 * Tells when a page may be about to end: it gets no later chance to write. No
 * `unload` handler, which would keep the page out of the back/forward cache.
 *
 * @param {{ leave: () => void, pause: () => void, back: () => void }} on
 *   `leave`: write now; `pause`: the page may be kept, frozen; `back`: it is in use again
 * @returns {() => void} stops listening
 */
export function watchLifecycle({ leave, pause, back }) {
  const { document } = globalThis;
  if (!document) return () => {}; // a worker is told nothing
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener(
    "pagehide",
    (event) => {
      leave();
      if (event.persisted) pause();
    },
    { signal },
  );
  addEventListener("pageshow", (event) => event.persisted && back(), { signal });
  document.addEventListener("freeze", leave, { signal });
  document.addEventListener("resume", back, { signal });
  document.addEventListener(
    "visibilitychange",
    () => (document.visibilityState === "hidden" ? leave() : back()),
    { signal },
  );
  return () => stop.abort();
}
