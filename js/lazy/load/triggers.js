/**
 * Preloads at a trigger, for prefetch().
 * @param {typeof import("../lazy.js").preload} preload
 * @param {string | URL} url @param {string} when @param {Element} [target]
 * @param {import("./options.js").LazyOptions} [options] @param {AbortSignal} [stopped]
 */
export async function prefetchWhen(
  preload,
  url,
  when,
  target,
  options,
  stopped = new AbortController().signal,
) {
  if (stopped.aborted || savesData() || !globalThis.document) return;
  await triggers[when](target, stopped);
  if (stopped.aborted || savesData()) return;
  await preload(url, { priority: "low", retries: 2, ...options }).catch(() => {
    // A real load reports the error.
  });
}

/** Whether the connection is too slow, or the visitor saves data. */
export function savesData() {
  const { saveData, effectiveType } = /** @type {any} */ (globalThis.navigator)?.connection ?? {};
  return saveData === true || /2g/.test(effectiveType ?? "");
}

/** @type {Record<string, (target: Element | undefined, stopped: AbortSignal, most?: number) => Promise<unknown>>} */
export const triggers = {
  now: () => Promise.resolve(),

  /** In a page that is never idle, after `most` ms. */
  idle: (_target, _stopped, most = 10_000) =>
    new Promise((resolve) => {
      const { requestIdleCallback } = globalThis;
      if (requestIdleCallback) requestIdleCallback(resolve, { timeout: most });
      else setTimeout(resolve, 200);
    }),

  /** Half a screen before the target is visible. */
  visible: (target, stopped) =>
    new Promise((resolve) => {
      const observer = new IntersectionObserver(
        (entries) => {
          if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
          observer.disconnect();
          resolve(undefined);
        },
        { rootMargin: "50%" },
      );
      observer.observe(/** @type {Element} */ (target));
      stopped.addEventListener("abort", () => observer.disconnect(), { once: true });
    }),

  /** Pointed at, focused or touched, even before this code had loaded. */
  hover: (target, signal) =>
    new Promise((resolve) => {
      if (target?.matches(":hover, :focus-within")) resolve(undefined);
      for (const type of ["pointerenter", "focusin", "touchstart"]) {
        target?.addEventListener(type, resolve, { once: true, passive: true, signal });
      }
    }),
};
