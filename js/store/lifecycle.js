/**
 * Tells when a page may be about to end: it gets no later chance to write. No
 * `unload` handler, which would keep the page out of the back/forward cache.
 *
 * `beforeunload` comes first, when the next page is not even asked for, and
 * what is issued then has that time to arrive; on a machine that is short of it, what
 * is issued in `pagehide` may not. As its listeners keep pages out of Firefox's
 * cache, it is listened to only while something is not on the disk.
 *
 * @param {{ leave: () => void, pause: () => void, back: () => void }} on
 *   `leave`: write now; `pause`: the page may be kept, frozen; `back`: it is in use again
 * @returns {{ dirty: (is: boolean) => void, stop: () => void }}
 *   `dirty`: whether something is not on the disk; `stop` ends the listening
 */
export function watchLifecycle({ leave, pause, back }) {
  const { document } = globalThis;
  if (!document) return { dirty() {}, stop() {} }; // a worker is told nothing
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
  return {
    dirty(is) {
      if (is && !signal.aborted) addEventListener("beforeunload", leave);
      else removeEventListener("beforeunload", leave);
    },
    stop: () => stop.abort(),
  };
}
