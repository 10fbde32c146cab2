// A user's TypeScript, checked against the declarations that the package ships.
import { ApusError, Cache, init, lazy, lazyImport, Sampler, VirtualList } from "apus";
import { Cache as SameCache } from "apus/cache";
import { Store } from "apus/store";
import "apus/define.js";
import "apus/define/list.js";

await init({ list: { wasmUrl: new URL("https://example.test/apus-list.wasm") } });
// @ts-expect-error an unknown option
await init({ wasmurl: "x" });

const cache = await Cache.open("catalogue", { maxEntries: 100, ttl: 60_000 });
const same: typeof Cache = SameCache;
const hit: unknown = cache.get("key");
const size: number = cache.size;
// @ts-expect-error a key is a string
cache.set(5, "value");
cache.close();

interface Note {
  text: string;
}
const store = await Store.open<Note>("notes", { maxDiskBytes: 1e7 });
store.set("note:1", { text: "Swift" }, { ttl: 60_000, tags: ["birds"] });
// @ts-expect-error not a Note
store.set("note:2", 5);
const note: Note | undefined = await store.get("note:1");
for await (const [key, { text }] of store.entries("note:")) console.log(key.length, text.length);
store.addEventListener("persist", ({ detail }) => detail.bytes.toFixed());
store.addEventListener("degraded", ({ detail }) => detail.code.toLowerCase());
const written: boolean = await store.flush();
await store.close();

const error = new ApusError("CLOSED", "closed");
const code: string = error.code;

const chart = await lazy("./chart.js", { budget: 10_000, timeout: 2_000 });
const route: () => Promise<unknown> = lazyImport(() => Promise.resolve({ default: 1 }));

const sampler = await Sampler.start({});
sampler.track("restore", 12.5);

export { chart, code, hit, note, route, same, size, VirtualList, written };
