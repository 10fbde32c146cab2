/** @jsxImportSource react */
import type { Cache } from "apus/cache";
import type { ApusList } from "apus/elements";
import { Lazy, List, lazyRoute, Sampler, useCache, useVirtualList, useVital } from "apus/react";
import type { Sampler as PageSampler } from "apus/sampler";
import { useRef } from "react";

interface City {
  id: number;
  name: string;
}
const cities: readonly City[] = [{ id: 1, name: "Bern" }];

export function Cities() {
  const list = useRef<ApusList<City>>(null);
  return (
    <List
      ref={list}
      items={cities}
      keyOf={(city) => city.id}
      renderItem={(city, index) => (
        <p>
          {index.toFixed()} {city.name.toUpperCase()}
        </p>
      )}
      estimate={40}
      stickToEnd
      selection="multiple"
      className="cities"
      aria-label="Cities"
      onClick={() => list.current?.scrollToIndex(0)}
      onRangeChange={({ detail }) => detail.first.toFixed()}
      onReorder={({ detail }) => [detail.from, detail.to]}
      onError={({ detail }) => detail.error}
    />
  );
}

export function Headless() {
  const { rows, ref, measure, content, box } = useVirtualList({ items: cities });
  return (
    <div ref={ref}>
      <div style={content}>
        <div style={box}>
          {rows.map(({ index, item }) => (
            <p key={item.id} ref={measure} data-index={index}>
              {item.name}
            </p>
          ))}
        </div>
      </div>
    </div>
  );
}

export function Others({ cache, sampler }: { cache: Cache<City>; sampler?: PageSampler }) {
  const { value, error, refresh } = useCache(cache, "city:1", async () => cities[0]);
  const lcp = useVital(sampler, "LCP");
  return (
    <section>
      <button type="button" onClick={() => refresh()}>
        Again
      </button>
      {value?.name} {String(error)} {lcp?.value.toFixed()} {lcp?.rating}
      <Sampler sampler={sampler} dashboard />
      <Lazy load={async () => ({ draw: () => "chart" })} when="visible" placeholder="…">
        {({ draw }) => draw()}
      </Lazy>
    </section>
  );
}

const Settings = lazyRoute(async () => ({ default: (props: { user: string }) => props.user }));
export const settings = <Settings user="Ada" />;
void Settings.preload();

// @ts-expect-error the item has no such field
export const field = <List items={cities} renderItem={(city) => city.population} />;
// @ts-expect-error renderItem is missing
export const rows = <List items={cities} />;
export const detail = (
  // @ts-expect-error no such detail
  <List items={cities} renderItem={() => 1} onReorder={(e) => e.detail.start} />
);
// @ts-expect-error no such prop
export const prop = <List items={cities} renderItem={() => 1} overscann={3} />;
// @ts-expect-error the route needs its props
export const route = <Settings />;
export function Wrong() {
  // @ts-expect-error no such vital
  return useVital(undefined, "LPC")?.name;
}
