/** @jsxImportSource solid-js */
import type { Cache } from "apus";
import { createCached, createVirtualList, createVital, Lazy, List, lazyRoute } from "apus/solid";

interface City {
  id: number;
  name: string;
}
const cities: City[] = [{ id: 1, name: "Bern" }];

export const page = (
  <List
    each={cities}
    keyOf={(city) => city.id}
    class="wide"
    stickToEnd
    selection="multiple"
    onSelectionChange={({ detail }) => detail.count.toFixed()}
    ref={(list) => list.scrollToIndex(0)}
  >
    {(city, index) => `${index().toFixed()} ${city().name}`}
  </List>
);

// @ts-expect-error a city has no country
export const wrong = <List each={cities}>{(city) => city().country}</List>;
export const typo = (
  // @ts-expect-error no such prop
  <List each={cities} keyof={(it: City) => it.id}>
    {() => ""}
  </List>
);
export const detail = (
  // @ts-expect-error no such detail
  <List each={cities} onReorder={(e) => e.detail.start}>
    {() => ""}
  </List>
);

declare const cache: Cache<City>;
const [city, { refetch }] = createCached(cache, "city:1", async () => cities[0]);
city()?.name.trim();
refetch();
// @ts-expect-error the cache has cities
createCached(cache, "city:1", async () => 5);

const list = createVirtualList({ rows: () => 5, estimate: 30 });
list.rows()[0]?.start.toFixed();
// @ts-expect-error no such option
createVirtualList({ rows: 5, estimat: 30 });

declare const sampler: import("apus").Sampler;
createVital(sampler, "LCP")()?.rating.trim();
// @ts-expect-error no such vital
createVital(sampler, "FID");

declare function load(): Promise<{ Chart: (props: { of: string }) => string }>;
export const lazy = <Lazy load={load}>{({ Chart }) => <Chart of="rain" />}</Lazy>;
// @ts-expect-error the module has no such export
export const missing = <Lazy load={load}>{({ Diagram }) => <Diagram />}</Lazy>;

declare function loadPage(): Promise<{ default: (props: { user: string }) => string }>;
const Page = lazyRoute(loadPage);
export const route = <Page user="ada" />;
// @ts-expect-error a user is missing
export const without = <Page />;
Page.preload();
