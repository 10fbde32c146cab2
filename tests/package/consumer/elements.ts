// The elements as a TypeScript user meets them.
import type { ApusListEventMap } from "apus/elements";
import { type ApusCache, ApusLazy, ApusList, type ApusSampler, cacheContext } from "apus/elements";
import type { Range } from "apus/list";
import "apus/define.js";

interface City {
  name: string;
}
const cities: City[] = [{ name: "Bern" }];

const list = document.querySelector("apus-list");
if (!list) throw new Error("there is no list");
const same: ApusList = list;
list.items = cities;
list.estimate = 40;
// @ts-expect-error a length is a number
list.estimate = "40";
list.source = { getRange: async (start, end) => cities.slice(start, end) };
list.source = {
  getRange: async (start, end) => cities.slice(start, end),
  find: (query, { from, backwards, signal }) =>
    signal.aborted ? -1 : backwards ? query.lastIndexOf("x", from) : query.indexOf("x", from),
  headers: async () => Uint32Array.of(0, 10),
};
// @ts-expect-error headers are indexes
list.source = { getRange: () => [], headers: () => ["a"] };
list.find("bern", { maxPages: 5, signal: AbortSignal.timeout(100) }).then((row) => row.toFixed());
// @ts-expect-error no such option
list.find("bern", { pages: 5 });
list.addEventListener("find", ({ detail: { complete } }) => complete === true);
list.addEventListener("copied", ({ detail: { rows, missing } }) => rows + missing);
list.selection = "multiple";
// @ts-expect-error no such way to select
list.selection = "some";
list.select([{ start: 0, end: 1 }]);
// @ts-expect-error ranges, not indexes
list.select([0]);
const picked: Range[] = list.selected;
list.addEventListener("selectionchange", ({ detail: { ranges, count } }) => ranges.length + count);
list.addEventListener("rangechange", ({ detail }) => detail.start.toFixed());
list.addEventListener("error", ({ detail: { index, error } }) => [index.toFixed(), error]);
list.addEventListener("click", (event) => event.clientX);
list.addEventListener("of-another", (event: Event) => event.type);
// @ts-expect-error a typo
list.addEventListener("rangechagne", () => {});
// @ts-expect-error a typo
list.removeEventListener("rangechagne", () => {});
const plain: HTMLElement = list;
plain.addEventListener("whatever", () => {});
// @ts-expect-error no such detail
list.addEventListener("reorder", ({ detail }) => detail.start);
const moved = ({ detail }: ApusListEventMap["reorder"]) => detail.from - detail.to;
list.addEventListener("reorder", moved);
list.removeEventListener("reorder", moved);

const lazy = document.createElement("apus-lazy");
lazy.addEventListener("retry", ({ detail: { attempt, delay } }) => attempt + delay);
const done: Promise<void> = lazy.load();
lazy.loader = () => import("apus/list");
// @ts-expect-error a loader is a function
lazy.loader = "./route.js";
// @ts-expect-error no such time to load
lazy.when = "soon";
// @ts-expect-error a typo
lazy.addEventListener("retyr", () => {});
// @ts-expect-error no such detail
lazy.addEventListener("error", ({ detail }) => detail.reason);

const cache = document.querySelector<ApusCache>("#cache");
cache?.addEventListener("ready", ({ detail }) => detail.cache.get("key"));

const sampler: ApusSampler = document.createElement("apus-sampler");
sampler.addEventListener("error", ({ detail }) => detail.code);
sampler.dashboard = true;

customElements.define("my-list", class extends ApusList {});

export { ApusLazy, cacheContext, done, picked, same };
