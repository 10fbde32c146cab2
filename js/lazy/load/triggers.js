/**
 * What prefetch() does.
 * @param {typeof import("../lazy.js").preload} preload
 * @param {string | URL} url @param {string} when @param {Element} [target]
 * @param {import("./options.js").LazyOptions} [options] @param {AbortSignal} [stopped]
 */
export async function ahead(
  preload,
  url,
  when,
  target,
  options,
  stopped = new AbortController().signal,
) {
  if (stopped.aborted || thrifty() || !globalThis.document) return;
  await waits[when](target, stopped);
  if (stopped.aborted || thrifty()) return;
  await preload(url, { priority: "low", retries: 2, ...options }).catch(() => {
    // Nobody asked for it yet; whoever does will hear of it.
  });
}

/** Whether the visitor's connection is better left alone. */
export function thrifty() {
  const { saveData, effectiveType } = /** @type {any} */ (globalThis.navigator)?.connection ?? {};
  return saveData === true || /2g/.test(effectiveType ?? "");
}

/** @type {Record<string, (target: Element | undefined, stopped: AbortSignal) => Promise<unknown>>} */
export const waits = {
  now: () => Promise.resolve(),

  idle: () =>
    new Promise((resolve) => {
      const { requestIdleCallback } = globalThis;
      if (requestIdleCallback) requestIdleCallback(resolve, { timeout: 10_000 });
      else setTimeout(resolve, 200);
    }),

  /** Half a screen before it is seen. */
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

  /** Pointed at, focused or touched, be it before this code was here. */
  hover: (target, signal) =>
    new Promise((resolve) => {
      if (target?.matches(":hover, :focus-within")) resolve(undefined);
      for (const type of ["pointerenter", "focusin", "touchstart"]) {
        target?.addEventListener(type, resolve, { once: true, passive: true, signal });
      }
    }),
};
