/**
 * Run in the page before the store is imported: a layer in front of IndexedDB that fails in the mix
 * that a large application published of its users: will not open 26%, quota 26%, connection lost
 * 19%, disk full at open 7%, connection closing 6%; the rest are aborts and hangs. `faults.rate` is
 * the share of calls that fail, `faults.full` scales a full disk's part of it.
 */
export function installFaults() {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const faults = { rate: 0, full: 1, injected: {}, connections: new Set() };
  globalThis.faults = faults;
  const happens = (share, name) => {
    if (random() >= faults.rate * share) return false;
    faults.injected[name] = (faults.injected[name] ?? 0) + 1;
    return true;
  };
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...args) {
    if (happens(0.26, "will not open")) throw new DOMException("injected", "InvalidStateError");
    if (happens(0.07 * faults.full, "disk full at open"))
      throw new DOMException("injected", "QuotaExceededError");
    const request = open.apply(this, args);
    request.addEventListener("success", () => faults.connections.add(request.result));
    return request;
  };
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...args) {
    if (happens(0.06, "connection closing")) {
      throw new DOMException("The database connection is closing.", "InvalidStateError");
    }
    if (happens(0.19, "connection lost")) {
      this.close();
      throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    }
    const tx = transaction.apply(this, args);
    const abort = () => {
      try {
        tx.abort();
      } catch {} // complete already
    };
    if (args[1] === "readwrite" && happens(0.26 * faults.full, "quota")) {
      const full = new DOMException("injected", "QuotaExceededError");
      Object.defineProperty(tx, "error", { get: () => full });
      tx.commit = abort;
    } else if (happens(0.16, "abort")) {
      if (args[1] === "readwrite") tx.commit = abort;
      else queueMicrotask(abort);
    }
    return tx;
  };
}
