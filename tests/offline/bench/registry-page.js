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
  const open = () => Cache.open("registry", { heap: "wasm", codec: "string", persist });
  let cache = await open();
  let registry = new Registry(cache, hashMany, validator);
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
  const sorted = await timed(() => registry.paths());
  figures["sort all paths, ms"] = sorted.ms;
  const found = await timed(() => range(sorted.result, `/srv/www/${SCOPE}/`));
  if (found.result[1] - found.result[0] !== count / 1000) throw new Error("prefix");
  figures["search by prefix, ms"] = found.ms;
  const gone = await timed(() => registry.invalidate(SCOPE));
  if (gone.result !== count / 1000) throw new Error(`${gone.result} invalidated`);
  figures["invalidate a scope of a thousandth, ms"] = gone.ms;
  if (!persist) return figures;
  await cache.flush();
  await cache.close();
  const again = await timed(open);
  cache = again.result;
  registry = new Registry(cache, hashMany, validator);
  const first = await timed(() => cache.load(file(count - 1).path));
  if (!first.result) throw new Error("lost on disk");
  if (await cache.load(file(7).path)) throw new Error("invalidated, and on disk");
  figures["reopened, ms"] = again.ms + first.ms;
  await cache.close();
  return figures;
}
