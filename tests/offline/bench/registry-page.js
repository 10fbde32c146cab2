// The part of the registry's benchmark that runs in the page.

const BATCH = 1000;
const SCOPE = "site-7";

/** The linear memories of all modules that are loaded after this. */
function watchMemories() {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  const instantiate = WebAssembly.instantiate;
  /** @type {any} */ (WebAssembly).instantiate = async (/** @type {[any]} */ ...args) => {
    const result = /** @type {any} */ (await instantiate(...args));
    if (result.exports.memory) memories.push(result.exports.memory);
    return result;
  };
  return () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

/** What `work` takes, ms. */
async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

/** The longest task while `work` runs, ms; 0 when none took 50 ms. */
async function longestTask(work) {
  let longest = 0;
  const take = (/** @type {PerformanceEntryList} */ tasks) => {
    for (const { duration } of tasks) longest = Math.max(longest, duration);
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: "longtask" });
  const result = await work();
  await new Promise((done) => setTimeout(done, 100)); // the last task's entry comes after it
  take(observer.takeRecords());
  observer.disconnect();
  return { longest, result };
}

const options = /** @type {const} */ ({ heap: "wasm", codec: "string" });

/**
 * Opens the registry as a page does that has just loaded, and looks up what `run` has left.
 * @param {number} count
 */
export async function reopen(count) {
  const { Cache } = await import("/apus/index.js");
  const { file } = await import("/registry/files.js");
  const again = await timed(() => Cache.open("registry", { ...options, persist: true }));
  const cache = again.result;
  const first = await timed(() => cache.load(file(count - 1).path));
  if (!first.result) throw new Error("lost on disk");
  if (await cache.load(file(7).path)) throw new Error("invalidated, and on disk");
  const { segments, entries, compactions } = cache.stats().disk;
  await cache.close();
  if (entries !== count - count / 1000) throw new Error(`${entries} files on disk`);
  return { ms: again.ms + first.ms, segments, compactions };
}

/** Waits until the store has nothing left to compact. */
export async function compact() {
  const { Cache } = await import("/apus/index.js");
  const cache = await Cache.open("registry", { ...options, persist: true });
  let before = -1;
  for (let now = 0; now !== before; now = cache.stats().disk.compactions) {
    before = now;
    await new Promise((done) => setTimeout(done, 5000)); // upkeep waits for a second of quiet
  }
  const { segments, liveShare } = cache.stats().disk;
  await cache.close();
  return { segments, liveShare };
}

/**
 * Figures by what they are. Making the files up is not timed; a page that persists is timed with its
 * pauses, in which the store packs and writes, until `flush` resolves.
 * @param {number} count @param {boolean} persist
 */
export async function run(count, persist) {
  const linear = watchMemories();
  const { Cache } = await import("/apus/index.js");
  const { hasher } = await import("/apus/store.js");
  const { Validator } = await import("/node_modules/@cfworker/json-schema/dist/esm/index.js");
  const { Registry, range } = await import("/registry/file-registry.js");
  const { file, schema } = await import("/registry/files.js");
  const { hashMany } = await hasher();
  const validator = new Validator(schema, "2020-12", true);
  const open = () => Cache.open("registry", { ...options, persist });
  const cache = await open();
  const registry = new Registry(cache, hashMany, validator);
  const taken = () => {
    /** @type {any} */ (globalThis).gc();
    return /** @type {any} */ (performance).memory.usedJSHeapSize + linear();
  };
  const batch = (/** @type {number} */ at) =>
    Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => file(at + i));
  registry.add(batch(0)); // the code is warm, the modules are loaded
  cache.clear();
  await cache.flush();
  const before = taken();
  const linearBefore = linear();
  let own = 0;
  let ms = 0;
  for (let at = 0; at < count; at += BATCH) {
    const files = batch(at);
    const one = await timed(() => registry.add(files));
    if (one.result.length) throw new Error(`${one.result.length} headers are bad`);
    for (const { path, header } of files) own += path.length + 16 + header.length;
    const wait = await timed(() => new Promise((done) => setTimeout(done)));
    ms += one.ms + (persist ? wait.ms : 0); // the store packs and writes meanwhile
  }
  if (persist) {
    const flushed = await timed(() => cache.flush());
    if (!flushed.result) throw new Error("not written");
    ms += flushed.ms;
  }
  const after = taken();
  const bytes = after - before - own;
  if (cache.size !== count) throw new Error(`${cache.size} files`);
  /** @type {Record<string, number>} */
  const figures = {
    "files a second": (count / ms) * 1000,
    "bytes a file beside path and value": bytes / count,
    "bytes a file in JavaScript": (after - before - (linear() - linearBefore)) / count,
  };
  const look = await timed(() => {
    for (let i = 0; i < count; i += 10) if (!registry.get(file(i).path)) throw new Error("lost");
  });
  figures["look-ups a second"] = (count / 10 / look.ms) * 1000;
  const sorted = await longestTask(() => timed(() => registry.paths()));
  figures["sort all paths, ms"] = sorted.result.ms;
  figures["longest task meanwhile over 50 ms, ms"] = sorted.longest;
  const paths = sorted.result.result;
  const found = await timed(() => range(paths, `/srv/www/${SCOPE}/`));
  if (found.result[1] - found.result[0] !== count / 1000) throw new Error("prefix");
  figures["search by prefix, ms"] = found.ms;
  const gone = await timed(() => registry.invalidate(SCOPE));
  if (gone.result !== count / 1000) throw new Error(`${gone.result} invalidated`);
  figures["invalidate a scope of a thousandth, ms"] = gone.ms;
  if (!persist) return figures;
  await cache.flush();
  await cache.close();
  figures["reopened in the same page, ms"] = (await reopen(count)).ms;
  return figures;
}
