/**
 * Reports when a page may be about to end and gets no later chance to write. There
 * is no `unload` handler, which would keep the page out of the back/forward cache.
 *
 * `beforeunload` comes first, before the next page is even requested. A write
 * issued then has that time to arrive; on a busy machine, one issued in `pagehide`
 * may not. `beforeunload` listeners keep pages out of Firefox's cache, so there is
 * one only while something is not on the disk.
 *
 * @param {{ leave: () => void, pause: () => void, back: () => void }} on
 *   `leave`: write now; `pause`: the page may be kept, frozen; `back`: it is in use again
 * @returns {{ dirty: (is: boolean) => void, stop: () => void }}
 *   `dirty`: whether something is not on the disk; `stop` ends the listening
 */
export function watchLifecycle({ leave, pause, back }) {
  const { document } = globalThis;
  if (!document) return { dirty() {}, stop() {} }; // a worker gets no notice
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
  let listening = false;
  return {
    dirty(is) {
      if (is === listening) return;
      listening = is;
      if (is && !signal.aborted) addEventListener("beforeunload", leave);
      else removeEventListener("beforeunload", leave);
    },
    stop: () => stop.abort(),
  };
}
