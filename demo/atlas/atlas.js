import "/apus/define.js";
import { Sampler } from "/apus/index.js";
import { CityIndex } from "./city-index.js";
import { openCities } from "./data.js";
import { fold } from "./fold.js";
import { listenToKeys } from "./keys.js";
import { count } from "./names.js";
import { Panel } from "./panel.js";
import { renderRow, rowOf } from "./row.js";
import { caption, World } from "./world.js";

/** @typedef {import("./format.js").City} City */
/** @typedef {import("./server.js").ServerCities} ServerCities */

/** @param {string} id @returns {any} */
const get = (id) => document.getElementById(id);
const list = get("list");
const search = /** @type {HTMLInputElement} */ (get("search"));
const tools = /** @type {HTMLFormElement} */ (get("tools"));

// The page waits for no sampler, and goes on without one that fails.
const started = Sampler.start({}).catch(() => undefined);
started.then((sampler) => {
  if (sampler) get("sampler").sampler = sampler;
});
const track = async (/** @type {string} */ name, /** @type {number} */ value) =>
  (await started)?.track(name, value);
get("more").addEventListener("click", () => {
  const all = get("sampler").toggleAttribute("dashboard");
  get("more").setAttribute("aria-expanded", String(all));
  get("more").textContent = all ? "Show less" : "Show all";
});

try {
  const opened = await openCities({ progress: showProgress, retrying: showRetry });
  track(opened.from === "IndexedDB" ? "restore" : "download", opened.ms);
  const index = await CityIndex.build(opened.cities);
  const world = await World.build(get("world"), opened.cities);
  begin(index, world);
  track("ready", performance.now()); // since the navigation began
  document.documentElement.dataset.ready = opened.from;
  await tellStatus(opened);
} catch (error) {
  get("progress").hidden = true;
  const { message } = /** @type {Error} */ (error);
  get("loading-text").textContent = `The cities could not be loaded: ${message}`;
  throw error;
}

/** @param {{ cities: number, count: number, share: number }} loaded */
function showProgress({ cities, count: all, share }) {
  get("progress").value = share;
  get("loading-text").textContent = `Downloading: ${count(cities)} of ${count(all)} cities`;
}

/** @param {number} delay ms */
function showRetry(delay) {
  get("loading-text").textContent =
    `The network failed. Retrying in ${(delay / 1000).toFixed(1)} s`;
}

/** @param {City} city @returns {city is import("./server.js").ServerCity} */
function isServed(city) {
  return city.id !== undefined;
}

/** @param {CityIndex} index @param {World} world */
function begin(index, world) {
  const { cities } = index;
  const panel = new Panel({
    cities,
    failing: () => get("fail").checked,
    opened: (ms) => track("open", ms),
    form: (city, done) => (isServed(city) ? server?.form(city, done) : undefined),
  });
  /** @type {ServerCities | undefined} */
  let server;
  /** @type {City[]} */
  let shown = [];
  let needle = "";

  /** @param {"filter" | "sort"} [timing] */
  const refresh = (timing) => {
    const start = performance.now();
    const sort = new FormData(tools).get("sort") === "name" ? "name" : "population";
    if (server) {
      needle = fold(search.value).split(/[\s,]/)[0];
      void server.show(search.value, sort, timing === "filter" ? 150 : 0);
      return;
    }
    const found = index.find(search.value, sort);
    const marks = found.needle !== needle;
    shown = new Array(found.rows.length);
    for (let at = 0; at < shown.length; at++) shown[at] = cities[found.rows[at]];
    needle = found.needle;
    counted(shown.length);
    list.items = shown;
    if (shown.length > 0) list.scrollToIndex(0, { align: "start" });
    if (marks) list.refresh(); // a city that stays in place gets another part marked
    if (timing) track(timing, performance.now() - start);
    world.show(found.rows);
  };

  /** @param {number} length of the list */
  const counted = (length) => {
    list.hidden = length === 0;
    get("nothing").hidden = length > 0;
    get("count").textContent =
      length === cities.length
        ? `${count(length)} cities`
        : `${count(length)} of ${count(cities.length)}`;
  };

  list.estimate = 56;
  list.renderItem = (
    /** @type {City} */ city,
    /** @type {number} */ at,
    /** @type {HTMLElement} */ row,
  ) => renderRow((isServed(city) && server?.shown(city)) || city, at, row, needle);
  get("loading").hidden = true;
  refresh();

  search.addEventListener("input", () => refresh("filter"));
  tools.addEventListener("change", (event) => {
    if (/** @type {HTMLElement} */ (event.target).matches("[name=sort]")) refresh("sort");
  });
  tools.addEventListener("submit", async (event) => {
    event.preventDefault();
    const first = server ? await server.first() : shown[0];
    if (first) panel.open(first);
  });
  list.addEventListener("click", (/** @type {Event} */ event) => {
    const row = rowOf(/** @type {Element} */ (event.target));
    const loading = row?.row.closest("[data-state]");
    if (row && !loading) panel.open(row.city);
  });
  listenToKeys(list, search, () => server?.length ?? shown.length);
  followPointer(world, (city) => panel.open(city));
  listenToSwitch(async (on) => {
    const { ServerCities } = await import("./server.js");
    const nameOf = (/** @type {number} */ id) => cities[id]?.name;
    const area = get("server-area");
    const old = server;
    server = on ? await ServerCities.open({ list, area, counted, nameOf }) : undefined;
    world.show(index.find("", "name").rows);
    refresh();
    await old?.close();
  });
}

/** The switch "Server", and `?server`. @param {(on: boolean) => Promise<void>} turn */
function listenToSwitch(turn) {
  const input = /** @type {HTMLInputElement} */ (get("server"));
  let is = false;
  const change = async () => {
    if (input.checked === is) return;
    get("no-server").textContent = "";
    try {
      await turn(!is);
      is = !is;
    } catch (error) {
      input.checked = is;
      get("no-server").textContent = /** @type {Error} */ (error).message;
    }
    const url = new URL(location.href);
    if (is) url.searchParams.set("server", "");
    else url.searchParams.delete("server");
    history.replaceState(null, "", url);
  };
  let changing = Promise.resolve(); // one after the other
  const changed = () => {
    changing = changing.then(change);
  };
  input.addEventListener("change", changed);
  input.checked = new URL(location.href).searchParams.has("server");
  changed();
}

/** @param {World} world @param {(city: City) => void} open */
function followPointer(world, open) {
  const canvas = get("world");
  const here = get("here");
  const usual = here.textContent;
  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const city = world.at(event.clientX, event.clientY);
    here.textContent = city ? caption(city) : usual;
    canvas.classList.toggle("on-city", Boolean(city));
  });
  canvas.addEventListener("pointerleave", () => {
    here.textContent = usual;
  });
  canvas.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const city = world.at(event.clientX, event.clientY);
    if (city) open(city);
  });
}

/** @param {import("./data.js").Opened} opened */
async function tellStatus({ cache, cities, from, ms, bytes }) {
  const status = get("status");
  const forget = get("forget");
  const all = `${count(cities.length)} cities`;
  if (from === "IndexedDB") {
    status.textContent = `${all} from IndexedDB in ${Math.round(ms)} ms`;
  } else {
    const size = bytes ? ` (${(bytes / 1e6).toFixed(1)} MB)` : "";
    const arrived = `${all} downloaded${size} in ${Math.round(ms)} ms`;
    status.textContent = `${arrived}, saving…`;
    await cache.flush();
    const { disk } = cache.stats();
    status.textContent =
      disk && !disk.degraded
        ? `${arrived}, saved to IndexedDB`
        : `${arrived}; this browser does not let the page save them`;
  }
  document.documentElement.dataset.saved = "";
  forget.hidden = false;
  forget.addEventListener("click", async () => {
    forget.disabled = true;
    cache.clear();
    await cache.flush();
    location.reload();
  });
}
