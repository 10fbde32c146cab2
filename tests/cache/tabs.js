/* global cache */
// Pages with a persistent cache.

/** A page at a blank document with a persistent cache open as `cache`. */
export async function open(context, name, options = {}) {
  const page = await context.newPage();
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(
    async ({ name, options }) => {
      globalThis.problems = [];
      addEventListener("unhandledrejection", ({ reason }) => problems.push(String(reason)));
      addEventListener("error", ({ message }) => problems.push(message));
      const { Cache } = await import("/apus/index.js");
      globalThis.reopen = async () => {
        await globalThis.cache?.close();
        globalThis.cache = await Cache.open(name, { persist: true, ...options });
        cache.set("in memory", 1);
      };
      globalThis.changes = {
        delete: () => cache.delete("user/1"),
        clear: () => cache.clear(),
        tag: () => cache.invalidateTag("user"),
        glob: () => cache.invalidate("user/*"),
        regExp: () => cache.invalidate(/^user/),
        predicate: () => cache.invalidate((_, value) => value === "old"),
        "set and delete": () => {
          cache.set("user/1", "newer");
          cache.delete("user/1");
        },
      };
      // Calls `change` as soon as the page reads values from the disk.
      globalThis.whileReading = (change) => {
        const { getAll } = IDBObjectStore.prototype;
        IDBObjectStore.prototype.getAll = function (...args) {
          const request = getAll.apply(this, args);
          if (this.name === "bodies") {
            IDBObjectStore.prototype.getAll = getAll;
            change();
          }
          return request;
        };
      };
      await reopen();
    },
    { name, options },
  );
  return page;
}
