/** @jsxImportSource preact */
import type {} from "apus/elements/preact";

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

export const more = (
  <apus-lazy
    key="chart"
    class="wide"
    style={{ minHeight: 200 }}
    aria-label="Chart"
    ref={(lazy) => {
      lazy?.load().catch(() => {});
    }}
    onClick={({ currentTarget }) => currentTarget.load()}
  >
    <p slot="error">The chart could not be loaded.</p>
  </apus-lazy>
);

// @ts-expect-error an estimate is a number
export const wrong = <apus-list estimate="many" />;
// @ts-expect-error no such attribute
export const unknown = <apus-list estimat={40} />;
// @ts-expect-error no such detail
export const detail = <apus-list onreorder={({ detail }) => detail.start} />;
