// The page of the tests: every part of apus/lit.
import { Cache, Sampler } from "apus";
import { CacheController, lazyRoute, rows, VirtualListController, VitalController } from "apus/lit";
import { html, LitElement } from "lit";
import { AsyncDirective, directive } from "lit/async-directive.js";
import { ref } from "lit/directives/ref.js";
import { repeat } from "lit/directives/repeat.js";

const people = (count, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ id: from + i, name: `Person ${from + i}` }));
const counts = { mounted: 0, disposed: 0 };

/** Counts the rows that it is in. */
const alive = directive(
  class extends AsyncDirective {
    #counted = false;
    render() {
      if (!this.#counted) counts.mounted++;
      this.#counted = true;
      return "";
    }
    disconnected() {
      counts.disposed++;
    }
    reconnected() {
      counts.mounted++;
    }
  },
);

/** In the light DOM, so that the page's styles reach it. */
class Light extends LitElement {
  createRenderRoot() {
    return this;
  }
}

class AppList extends Light {
  static properties = { items: {}, theme: {}, clicked: {} };
  constructor() {
    super();
    Object.assign(this, { items: people(10_000), theme: "light", clicked: "" });
  }
  render() {
    return html`<apus-list aria-label="People" .gap=${2}
      ${rows(
        this.items,
        (person, index) => html`<button type="button" data-id=${person.id} @click=${this.click}>
          ${alive()}${index}: ${person.name}, ${this.theme}</button><input aria-label="Note ${person.id}">`,
        { keyOf: (person) => person.id },
      )}></apus-list><output>${this.clicked}</output>`;
  }
  click(event) {
    this.clicked = event.currentTarget.dataset.id; // `this` is the host
  }
}

class AppHeadless extends Light {
  static properties = { count: {} };
  constructor() {
    super();
    this.count = 10_000;
  }
  list = new VirtualListController(this, { rows: () => this.count, estimate: 30 });
  render() {
    const { list } = this;
    return html`<div class="scroller" tabindex="0" ${ref(list.scroller)}><div ${ref(list.content)}>${repeat(
      list.rows,
      ({ index }) => index,
      ({ index, start }) => html`<p ${ref(list.row(index))}
        .style=${`top: ${start}px; height: ${24 + (index % 7) * 20}px`}>Row ${index}</p>`,
    )}</div></div>`;
  }
}

const shared = { loads: [], failing: false };

class AppCached extends Light {
  static properties = { key: {} };
  constructor() {
    super();
    this.key = "a";
  }
  city = new CacheController(
    this,
    () => shared.cache,
    () => this.key,
    async (key) => {
      shared.loads.push(key);
      if (shared.failing) throw new Error("offline");
      return `${key} ${shared.loads.length}`;
    },
  );
  render() {
    return this.city.render({
      pending: () => html`<p>waiting</p>`,
      complete: (value) => html`<p>${value}</p>`,
      error: (error) => html`<p>failed: ${error.message}</p>`,
    });
  }
}

let left = 1;
const chart = lazyRoute(
  async () => {
    if (left-- > 0) throw new Error("a bad deploy");
    return { text: "a chart" };
  },
  { retries: 0 },
);

class AppLazy extends Light {
  render() {
    return chart(({ text }) => html`<p id="chart">${text}</p>`, {
      fallback: html`<p>loading</p>`,
      error: (error, retry) =>
        html`<button type="button" @click=${retry}>${error.message}</button>`,
    });
  }
}

class AppVital extends Light {
  fcp = new VitalController(this, () => shared.sampler, "FCP");
  render() {
    return html`<p id="fcp">${this.fcp.value?.rating ?? "none"}</p>`;
  }
}

const name = location.hash.slice(1);
if (name === "cached") shared.cache = await Cache.open("lit", { maxEntries: 10 });
if (name === "vital") shared.sampler = await Sampler.start();
const elements = {
  list: AppList,
  headless: AppHeadless,
  cached: AppCached,
  lazy: AppLazy,
  vital: AppVital,
};
customElements.define(`app-${name}`, elements[name]);
window.app = document.createElement(`app-${name}`);
document.body.append(window.app);
Object.assign(window, { counts, people, shared });
await window.app.updateComplete;
window.ready = true;
