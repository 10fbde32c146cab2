// What Svelte's tools check when markup uses the components.
import type { Cache } from "apus/cache";
import {
  Lazy,
  List,
  type ListProps,
  lazyRoute,
  Sampler,
  useCache,
  useVirtualList,
  useVital,
} from "apus/svelte";
import type { Component, ComponentProps } from "svelte";

interface City {
  id: number;
  name: string;
}
const cities: City[] = [{ id: 1, name: "Bern" }];

List(undefined, {
  items: cities,
  keyOf: (city) => city.id,
  stickToEnd: false,
  class: "cities",
  onrangechange: ({ detail }) => detail.first.toFixed(),
});
Lazy(undefined, {
  loader: async () => cities,
  onload: (loaded) => loaded[0].name,
  when: "visible",
});
Sampler(undefined, { dashboard: true, onerror: ({ detail }) => detail.code });
export const row: ListProps<City>["row"] = undefined;
export const component: Component<ListProps<City>> = List<City>;
export const props: ComponentProps<typeof Sampler> = { paused: true };
export const route = lazyRoute(async () => cities);

export function useCities(cache: Cache<City>) {
  const city = useCache(
    cache,
    () => "a",
    async () => cities[0],
  );
  const list = useVirtualList({ rows: () => cities.length });
  const lcp = useVital(undefined, "LCP");
  return [city.current?.name, list.rows[0].start, lcp.current?.rating];
}

// @ts-expect-error an estimate is a number
List(undefined, { items: cities, estimate: "many" });
// @ts-expect-error no such field
List(undefined, { items: cities, keyOf: (city) => city.nam });
// @ts-expect-error no such detail
List(undefined, { items: cities, onreorder: ({ detail }) => detail.start });
