// A user's TypeScript, checked against the declarations that the package ships.
import { ApusError, Cache, init, lazy, lazyImport, Sampler, VirtualList } from "apus";
import { type CacheOptions, Cache as SameCache } from "apus/cache";
import { type LazyOptions, lazy as sameLazy } from "apus/lazy";
import type { ListOptions } from "apus/list";
import type { AlertRule, SamplerOptions } from "apus/sampler";
import type { StoreOptions } from "apus/store";
import { Store } from "apus/store";
import { fakeCache, fakeModule, resetFakes, Cache as TestCache } from "apus/testing";
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
store.addEventListener("degraded", ({ detail }) => detail.code.toLowerCase(), { once: true });
// @ts-expect-error an unknown event
store.addEventListener("persisted", () => {});
const written: boolean = await store.flush();
await store.close();

const error = new ApusError("CLOSED", "closed");
const code: string = error.code;

const chart = await lazy("./chart.js", { budget: 10_000, timeout: 2_000 });
const route: () => Promise<unknown> = lazyImport(() => Promise.resolve({ default: 1 }));

const sampler = await Sampler.start({});
sampler.track("restore", 12.5);
const off: () => void = sampler.on("alert", ({ detail }) => {
  const { rule, value, state }: { rule: string; value: number; state: "firing" | "resolved" } =
    detail;
  console.log(rule, value, state);
});
off();
// @ts-expect-error an unknown event
sampler.on("alarm", () => {});
const vital = ({ detail: { name, value } }: CustomEvent<{ name: string; value: number }>) =>
  console.log(name, value.toFixed());
sampler.addEventListener("vital", vital, { passive: true });
sampler.removeEventListener("vital", vital);
sampler.addEventListener("delivery", { handleEvent: ({ detail }) => detail.reason.trim() });
// @ts-expect-error no such detail
sampler.addEventListener("sent", ({ detail }) => detail.reason);
// @ts-expect-error an unknown event
sampler.addEventListener("alarm", () => {});
// @ts-expect-error an unknown event
sampler.removeEventListener("alarm", () => {});
const target: EventTarget[] = [cache, store, sampler];
for (const it of target) it.dispatchEvent(new Event("own"));
await Sampler.start({
  alerts: ["LCP", { metric: "filter", stat: "p99.9", above: 50 }],
  transport: { queue: cache },
});
// @ts-expect-error an unknown entry type
await Sampler.start({ types: ["resources"] });
const timed = sampler.timed("double")((value: number) => value * 2);
const doubled: number = timed(2);

export { chart, code, doubled, hit, note, route, same, size, VirtualList, written };

interface User {
  name: string;
}
const users = await Cache.open<User>("users", {
  sizeOf: (user, key) => user.name.length + key.length,
});
users.set("1", { name: "Ada" });
// @ts-expect-error the value is no User
users.set("1", { title: "Ada" });
const user: User | undefined = users.get("1");
const loaded: User = await users.fetch("2", async (key) => ({ name: key }));
// @ts-expect-error the loader returns no User
await users.fetch("2", async () => 5);
const number: number = await cache.fetch("n", () => 5);
const square = users.memoize(async (id: number) => ({ name: String(id) }), { name: "square" });
const squared: User = await square(5);
// @ts-expect-error its argument is a number
await square("5");
const listen = (event: CustomEvent<{ key: string; value: User }>) => event.detail.value.name;
users.addEventListener("evict", listen);
users.removeEventListener("evict", listen);
users.addEventListener("reject", ({ detail }) => detail.size.toFixed());
users.addEventListener("remove", ({ detail }) => detail.reason === "overwrite");
// @ts-expect-error no such detail
users.addEventListener("reject", ({ detail }) => detail.value);
// @ts-expect-error an unknown event
users.addEventListener("removed", () => {});
// @ts-expect-error an unknown event
users.removeEventListener("removed", () => {});
users.addEventListener("degraded", { handleEvent: ({ detail }) => console.log(detail) });
const restored: number = await users.load(await users.dump());
const read: User | undefined = await users.load("1");
users.invalidate((key, { name }) => key === name);
await Cache.open("disk", { persist: { preload: true, maxDiskBytes: 1e6 } });
// @ts-expect-error a typo
await Cache.open("disk", { persist: { preloaded: true } });
// @ts-expect-error a typo
await Cache.open("disk", { polcy: "lru" });

const options: [CacheOptions<User>, ListOptions, LazyOptions, SamplerOptions, StoreOptions] = [
  { maxEntries: 5, policy: "sieve" },
  { estimate: 30 },
  { budget: 1000 },
  { sampleRate: 0.1 },
  { maxDiskBytes: 1e6 },
];
// @ts-expect-error no such policy
const wrongPolicy: CacheOptions = { policy: "lur" };
// @ts-expect-error no such statistic
const wrongStat: AlertRule = { metric: "filter", stat: "p95th", above: 50 };
const imported: typeof import("apus/list") = await sameLazy(() => import("apus/list"));
// @ts-expect-error an unknown option
await sameLazy(() => import("apus/list"), { budgte: 5 });
const fake: Cache<User> = fakeCache<User>({ maxEntries: 5 });
const opened: Cache<User> = await TestCache.open<User>("users");
fakeModule("./chart.js", { draw() {} });
resetFakes();

export {
  fake,
  imported,
  loaded,
  number,
  opened,
  options,
  read,
  restored,
  squared,
  user,
  wrongPolicy,
  wrongStat,
};
