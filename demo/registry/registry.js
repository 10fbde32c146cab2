import { Validator } from "/node_modules/@cfworker/json-schema/dist/esm/index.js";
import "/apus/define.js";
import { Cache } from "/apus/index.js";
import { hasher } from "/apus/store.js";
import { Registry, range } from "./file-registry.js";
import { file, schema } from "./files.js";
import { kept } from "./sorted.js";

const batch = 1000;
const asked = Number(new URLSearchParams(location.search).get("files"));
const count = Number.isSafeInteger(asked) && asked > 0 && asked <= 1e6 ? asked : 1e6;
const text = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** @param {string} id @returns {any} */
const get = (id) => document.getElementById(id);
const [start, reopen, form, list] = [get("start"), get("reopen"), get("invalidate"), get("list")];
const show = (/** @type {string} */ id, /** @type {string | number} */ value) => {
  get(id).textContent = typeof value === "number" ? text.format(value) : value;
};

const { hashMany } = await hasher();
const validator = new Validator(/** @type {any} */ (schema), "2020-12", true);
let { cache, registry } = await open();
/** In order. @type {string[]} */ let paths = [];
let busy = true;

/** Until all entries are in memory. */
async function open() {
  /** @type {Cache<string>} */
  const cache = await Cache.open("registry-demo", {
    heap: "wasm",
    codec: "string",
    persist: { preload: true },
  });
  return { cache, registry: new Registry(cache, hashMany, validator) };
}

function figures() {
  const { bytes, disk } = /** @type {any} */ (cache.stats());
  show("files", cache.size);
  show("memory", bytes / 1e6);
  if (disk) show("disk", (disk.bytes ?? 0) / 1e6);
}

/**
 * Runs one thing at a time. Buttons are not disabled meanwhile: that would take the focus away.
 * @param {HTMLElement} element @param {string} type @param {() => Promise<string>} work returns the new state
 */
function on(element, type, work) {
  element.addEventListener(type, async (event) => {
    event.preventDefault();
    if (busy || (element !== start && cache.size === 0)) return;
    controls(true);
    let state = "";
    try {
      state = await work();
    } catch (error) {
      state = `Failed: ${/** @type {Error} */ (error).message}`;
    }
    figures();
    search();
    controls(false);
    show("state", state);
  });
}

/** @param {boolean} working */
function controls(working) {
  busy = working;
  for (const button of [start, reopen, form.querySelector("button")]) {
    const off = working || (button !== start && cache.size === 0);
    button.setAttribute("aria-disabled", String(off));
  }
}

async function sort() {
  show("state", "Sorting the paths");
  paths = await registry.paths((share) => {
    get("progress").value = share;
  });
}

function search() {
  const [from, to] = range(paths, get("prefix").value);
  show("found", `${text.format(to - from)} files`);
  list.source = {
    length: to - from,
    getRange: (/** @type {number} */ first, /** @type {number} */ end) =>
      paths.slice(from + first, from + end),
  };
}

on(start, "click", async () => {
  cache.clear();
  paths = [];
  search();
  show("state", "Registering");
  let working = 0;
  for (let at = 0; at < count; at += batch) {
    const size = Math.min(batch, count - at);
    const files = Array.from({ length: size }, (_, i) => file(at + i));
    const began = performance.now();
    const bad = registry.add(files);
    if (bad.length) throw new Error(`the header of ${bad[0].path} is bad`);
    working += performance.now() - began;
    get("progress").value = (at + size) / count;
    show("rate", Math.round(((at + size) / working) * 1000));
    if ((at / batch) % 10 === 0) figures();
    await new Promise((done) => setTimeout(done)); // the page stays alive
  }
  show("state", "Writing to disk");
  const written = await cache.flush();
  await sort();
  return written ? "Registered and on disk" : "Registered in memory; the disk failed";
});

list.renderItem = (
  /** @type {string} */ path,
  /** @type {number} */ _,
  /** @type {HTMLElement} */ row,
) => {
  const name = document.createElement("strong");
  const found = document.createElement("b");
  found.textContent = get("prefix").value;
  name.append(found, path.slice(found.textContent.length));
  const said = document.createElement("span");
  const known = registry.get(path);
  said.textContent = known
    ? `${known.hash} · ${known.header.type} · ${known.header.size} bytes · ${known.header.owner}`
    : "invalidated";
  row.className = "file";
  row.replaceChildren(name, said);
};
get("prefix").addEventListener("input", search);
on(form, "submit", async () => {
  const scope = get("scope").value;
  const began = performance.now();
  const gone = registry.invalidate(scope);
  const ms = performance.now() - began;
  show("gone", `${text.format(gone)} files of ${scope} invalidated in ${text.format(ms)} ms.`);
  paths = await kept(paths, (path) => registry.has(path));
  return get("state").textContent;
});
on(reopen, "click", async () => {
  await cache.close();
  const began = performance.now();
  ({ cache, registry } = await open());
  const ms = performance.now() - began;
  await sort();
  return `Reopened, all in memory, in ${text.format(ms)} ms`;
});

start.textContent = `Register ${text.format(count)} files`;
figures();
await sort();
search();
controls(false);
show("state", cache.size ? "Kept from the last visit" : "Ready");
