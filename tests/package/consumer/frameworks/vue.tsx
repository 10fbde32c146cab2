/** @jsxImportSource vue */
import type { Cache } from "apus/cache";
import { Lazy, List, lazyRoute, Sampler, useCache, useVirtualList, useVital } from "apus/vue";
import { ref } from "vue";

interface City {
  id: number;
  name: string;
}
const cities: City[] = [{ id: 1, name: "Bern" }];

export const page = (
  <List
    items={cities}
    keyOf={(city) => city.id}
    isHeader={(city, index) => city.name.length > index}
    stickToEnd={false}
    onRangechange={({ detail }) => detail.first.toFixed()}
  />
);
export const lazy = (
  <Lazy loader={async () => cities} onLoad={(loaded) => loaded[0].name} when="visible" />
);
export const sampler = <Sampler dashboard onError={({ detail }) => detail.code} />;
export const route = lazyRoute(async () => cities);

const list = new List<City>({ items: cities });
list.scrollToIndex(1, { align: "center" });
list.$slots.default?.({ item: cities[0], index: 0 });

export function useCities(cache: Cache<City>) {
  const { data, loading, refresh } = useCache(cache, ref("a"), async () => cities[0]);
  const { rows, scroller } = useVirtualList({ rows: () => cities.length });
  const lcp = useVital(undefined, "LCP");
  refresh().then(() => {});
  return [
    data.value?.name,
    loading.value,
    rows.value[0]?.start,
    scroller.value?.tagName,
    lcp.value?.rating,
  ];
}

// @ts-expect-error an estimate is a number
export const wrong = <List items={cities} estimate="many" />;
// @ts-expect-error no such field
export const field = <List items={cities} keyOf={(city) => city.nam} />;
// @ts-expect-error no such detail
export const detail = <List items={cities} onReorder={({ detail }) => detail.start} />;

export function useWrong() {
  // @ts-expect-error no such vital
  return useVital(undefined, "FID");
}
