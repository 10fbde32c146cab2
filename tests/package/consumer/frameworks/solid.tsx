/** @jsxImportSource solid-js */
import type { ApusLazy } from "apus/elements";
import type {} from "apus/elements/solid";

interface City {
  name: string;
}
const cities: City[] = [{ name: "Bern" }];

export const page = (
  <main>
    <apus-list
      id="cities"
      estimate={40}
      stick-to-end
      items={cities}
      renderItem={(city: City, index, element) => {
        element.textContent = `${index}: ${city.name}`;
      }}
      onrangechange={({ detail }) => detail.first.toFixed()}
    />
    <apus-lazy src="./chart.js" when="visible" onerror={({ detail }) => detail.error} />
    <apus-cache name="catalogue" max-entries={100} persist onready={({ detail }) => detail.cache} />
    <apus-sampler dashboard />
  </main>
);

let chart: ApusLazy | undefined;
export const more = (
  <apus-lazy
    class="wide"
    style={{ "min-height": "200px" }}
    aria-label="Chart"
    ref={chart}
    onClick={({ currentTarget }) => currentTarget.load()}
  >
    <p slot="error">The chart could not be loaded.</p>
  </apus-lazy>
);
chart?.load();

// @ts-expect-error an estimate is a number
export const wrong = <apus-list estimate="many" />;
// @ts-expect-error no such attribute
export const unknown = <apus-list estimat={40} />;
// @ts-expect-error no such detail
export const detail = <apus-list onreorder={({ detail }) => detail.start} />;
