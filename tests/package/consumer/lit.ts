import type { Cache, Sampler } from "apus";
import type { ApusLazy } from "apus/elements";
import { CacheController, lazyRoute, rows, VirtualListController, VitalController } from "apus/lit";
import { type Messages, register } from "apus/messages";
import { html, LitElement } from "lit";

interface City {
  id: number;
  name: string;
}
declare const cities: City[];
declare const cache: Cache<City>;
declare const sampler: Sampler;

export class Page extends LitElement {
  city = new CacheController(
    this,
    cache,
    () => "city",
    async () => cities[0] as City,
  );
  list = new VirtualListController(this, { rows: () => 5 });
  lcp = new VitalController(this, sampler, "LCP");
  override render() {
    this.lcp.value?.rating.trim();
    this.list.rows[0]?.start.toFixed();
    return html`<apus-list ${rows(cities, (city, index) => city.name + index.toFixed())}></apus-list>
      ${this.city.render({ complete: ({ name }) => name.trim() })}`;
  }
}
// @ts-expect-error a city has no country
rows(cities, (city) => city.country);
// @ts-expect-error no such vital
new VitalController(new Page(), sampler, "FID");

declare function load(): Promise<{ text: string }>;
const chart = lazyRoute(load);
chart(({ text }) => text.trim());
// @ts-expect-error the module has no such export
chart(({ title }) => title);

register("nl", {
  "Try again": "Opnieuw",
  "{n} segments": { one: "{n} segment", other: "{n} segmenten" },
});
// @ts-expect-error no such text
register("nl", { "Try agian": "Opnieuw" });
declare const element: ApusLazy;
const own: Messages = { "Try again": "Once more" };
element.messages = own;
