/**
 * Heeds the page: while it sleeps it has no connection, when it wakes it looks after it at once.
 * @param {{ start: () => void, check: (changed: boolean) => void, close: () => void }} carrier
 * @param {import("./link.js").Receiver} receiver of the carrier
 * @param {AbortSignal} signal
 */
export function heed(carrier, receiver, signal) {
  /** @param {EventTarget | undefined} target @param {string} type @param {() => void} heard */
  const on = (target, type, heard) => target?.addEventListener?.(type, heard, { signal });
  const { document } = globalThis;
  const wake = () => carrier.start();
  const sleep = () => {
    carrier.close();
    receiver.down("UNREACHABLE");
  };
  on(globalThis, "online", () => {
    carrier.check(true);
    wake();
  });
  if (!document) return;
  // A page that holds a connection or a lock cannot be kept for "back".
  on(globalThis, "pagehide", sleep);
  on(globalThis, "pageshow", wake);
  on(document, "freeze", sleep);
  on(document, "resume", wake);
  on(document, "visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
}
